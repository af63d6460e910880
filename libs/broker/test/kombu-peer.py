"""What kombu and py-amqp, unmodified, must be able to do. Prints one JSON object a step; exits with 1 at the first surprise."""

import json
import sys
import uuid

import kombu


def say(step, **facts):
    print(json.dumps({"step": step, **facts}), flush=True)


def drain(connection, done):
    while not done():
        connection.drain_events(timeout=5)


def main(url, login_method):
    connection = kombu.Connection(url, login_method=login_method, heartbeat=60, transport_options={"confirm_publish": True})
    connection.connect()
    say("connected", server=connection.connection.server_properties["product"])

    channel = connection.channel()
    topic = kombu.Exchange("nova", type="topic", durable=False)
    fanout = kombu.Exchange("compute_fanout", type="fanout", durable=False, auto_delete=True)
    arguments = {"x-expires": 1800000}
    shared = kombu.Queue("compute", topic, routing_key="compute", durable=False)
    own = kombu.Queue("fanout_" + uuid.uuid4().hex, fanout, durable=False, queue_arguments=arguments)
    reply = kombu.Queue("reply_" + uuid.uuid4().hex, durable=False, queue_arguments=arguments)

    got = []

    def on_message(body, message):
        got.append((message.delivery_info["routing_key"], body, message.delivery_info["redelivered"]))
        message.ack()

    consumer = kombu.Consumer(channel, [shared, own, reply], callbacks=[on_message])
    consumer.consume()
    producer = kombu.Producer(connection.channel())

    def send(**where):
        producer.publish({"método": "ping", "n": 2**40}, serializer="json", headers={}, delivery_mode=2, priority=0, **where)

    send(exchange=topic, routing_key="compute", expiration=60)
    send(exchange=fanout, routing_key="")
    send(exchange="", routing_key=reply.name, mandatory=True)
    drain(connection, lambda: len(got) == 3)
    say("received", keys=sorted(key.split("_")[0] for key, _, _ in got), bodies=[body for _, body, _ in got])

    returned = []
    producer.on_return = lambda exception, *rest: returned.append(exception.reply_code)
    producer.channel.events["basic_return"].add(lambda exception, *rest: returned.append(exception.reply_code))
    send(exchange="", routing_key="nobody", mandatory=True)
    say("returned", codes=sorted(set(returned)))

    refusals = []
    try:
        kombu.Queue("compute", topic, routing_key="compute", durable=True)(connection.channel()).declare()
    except connection.channel_errors as error:
        refusals.append([error.code, error.reply_text])
    say("refused", refusals=refusals)

    consumer.cancel()
    say("cancelled")
    connection.heartbeat_check()
    connection.release()
    say("released")


main(*sys.argv[1:])
