"""oslo.messaging's client: a thread for each call in flight, as a service with native threads has."""

import sys
import threading

import oslo_messaging
from peer import CONTEXT, TOPIC, answer_lines, leave, now, transport

bus = transport(sys.argv[1])
target = oslo_messaging.Target(topic=TOPIC)
client = oslo_messaging.get_rpc_client(bus, target)
fanout = client.prepare(fanout=True)


def keep_in_flight(ask, send):
    value = 'x' * ask['bytes']
    start = now()
    end = start + ask['seconds'] * 1000
    counts = []

    def work():
        done = failed = 0
        while now() < end:
            try:
                send(value)
                done += 1
            except Exception as error:
                failed += 1
                print(repr(error), file=sys.stderr)
        counts.append((done, failed))

    threads = [threading.Thread(target=work) for _ in range(ask['inFlight'])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {'done': sum(done for done, _ in counts),
            'failed': sum(failed for _, failed in counts),
            'seconds': (now() - start) / 1000}


def one_by_one(ask):
    value = 'x' * ask['bytes']
    latencies = []
    for _ in range(ask['count']):
        start = now()
        client.call(CONTEXT, 'echo', value=value)
        latencies.append(now() - start)
    return {'latenciesMs': latencies}


def answer(ask):
    if ask['do'] == 'calls':
        return keep_in_flight(
            ask, lambda value: client.call(CONTEXT, 'echo', value=value))
    if ask['do'] == 'casts':
        return keep_in_flight(
            ask, lambda value: client.cast(CONTEXT, 'take', value=value))
    if ask['do'] == 'one by one':
        return one_by_one(ask)
    if ask['do'] == 'fanout':
        at = now()
        fanout.cast(CONTEXT, 'take')
        return {'atMs': at}
    raise ValueError('a client is not asked %r' % ask['do'])


answer_lines(answer)
leave()
