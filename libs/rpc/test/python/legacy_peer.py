#!/usr/bin/python3
"""A peer of the time before oslo.messaging, on kombu alone.

    legacy_peer.py server --url URL --topic T --era ERA
    legacy_peer.py call --url URL --topic T --era ERA --method M [--args JSON]

The server prints "ready" and then one JSON line for each request; it ends
with SIGTERM. The client prints {"results": [...]} or {"failure": ...}.
Exchange flags, queue flags and messages are those of nova/rpc (essex) and
nova/openstack/common/rpc (folsom, grizzly).
"""

import argparse
import json
import signal
import socket
import sys
import uuid

import kombu

PREFIX = '_context_'


class Wire:
    def __init__(self, url, era):
        self.era = era
        self.connection = kombu.Connection(url.replace('rabbit://', 'amqp://'))
        self.channel = self.connection.channel()
        self.control = kombu.Exchange('nova', 'topic', durable=False,
                                      auto_delete=False)

    def exclusive(self):
        return self.era == 'essex'

    def direct(self, name):
        exchange = kombu.Exchange(name, 'direct', durable=False,
                                  auto_delete=True)
        return exchange, kombu.Queue(name, exchange, routing_key=name,
                                     durable=False, auto_delete=True,
                                     exclusive=self.exclusive())

    def topic_queue(self, topic):
        return kombu.Queue(topic, self.control, routing_key=topic,
                           durable=False, auto_delete=False)

    def fanout_queue(self, topic):
        exchange = kombu.Exchange(topic + '_fanout', 'fanout', durable=False,
                                  auto_delete=True)
        return kombu.Queue('%s_fanout_%s' % (topic, uuid.uuid4().hex),
                           exchange, routing_key=topic, durable=False,
                           auto_delete=True, exclusive=self.exclusive())

    def publish(self, exchange, key, message):
        if self.era != 'essex':
            message['_unique_id'] = uuid.uuid4().hex
        if self.era == 'grizzly':
            message = {'oslo.version': '2.0',
                       'oslo.message': json.dumps(message)}
        kombu.Producer(self.channel, exchange=exchange,
                       routing_key=key).publish(message)

    def consume(self, queues, handle):
        def received(body, message):
            if 'oslo.version' in body:
                body = json.loads(body['oslo.message'])
            handle(body)
            message.ack()
        consumer = kombu.Consumer(self.channel, queues, callbacks=[received])
        consumer.consume()
        return consumer


def failure_of(era, error):
    name, text = type(error).__name__, str(error)
    if era == 'essex':
        return [name, text, ['Traceback\n']]
    return json.dumps({'class': name, 'module': type(error).__module__,
                       'message': text, 'tb': ['Traceback\n'],
                       'args': [text], 'kwargs': {}})


def results_of(method, args):
    if method == 'echo':
        return [args['value']]
    if method == 'count':
        return list(range(args['to']))
    raise ValueError('no ' + method)


def serve(wire, topic):
    def handle(request):
        print(json.dumps(request), flush=True)
        msg_id = request.get('_msg_id')
        if not msg_id:
            return
        place = request.get('_reply_q') or msg_id
        exchange, _ = wire.direct(place)

        def reply(result=None, failure=None, ending=False):
            message = {'result': result, 'failure': failure}
            if ending:
                message['ending'] = True
            if place != msg_id:
                message['_msg_id'] = msg_id
            wire.publish(exchange, place, message)
        try:
            for result in results_of(request['method'],
                                     request.get('args', {})):
                reply(result)
            reply(ending=True)
        except ValueError as error:
            reply(failure=failure_of(wire.era, error))

    wire.consume([wire.topic_queue(topic), wire.fanout_queue(topic)], handle)
    print('ready', flush=True)
    while True:
        wire.connection.drain_events()


def call(wire, topic, method, args):
    msg_id = uuid.uuid4().hex
    replies = []
    _, queue = wire.direct(msg_id)
    wire.consume([queue], replies.append)
    wire.publish(wire.control, topic, {
        'method': method, 'args': args, '_msg_id': msg_id,
        PREFIX + 'user': 'python'})
    results = []
    while True:
        while not replies:
            wire.connection.drain_events(timeout=10)
        reply = replies.pop(0)
        if reply['failure']:
            return {'failure': reply['failure']}
        if reply.get('ending'):
            return {'results': results}
        results.append(reply['result'])


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument('role', choices=('server', 'call'))
    ap.add_argument('--url', required=True)
    ap.add_argument('--topic', required=True)
    ap.add_argument('--era', choices=('essex', 'folsom', 'grizzly'),
                    required=True)
    ap.add_argument('--method')
    ap.add_argument('--args', default='{}')
    a = ap.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    wire = Wire(a.url, a.era)
    if a.role == 'server':
        serve(wire, a.topic)
    try:
        print(json.dumps(call(wire, a.topic, a.method, json.loads(a.args))))
    except socket.timeout:
        print(json.dumps({'timeout': True}))


if __name__ == '__main__':
    main()
