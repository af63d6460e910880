"""oslo.messaging's server with its defaults: 64 threads, one connection a server."""

import sys
import threading

import oslo_messaging
from peer import TOPIC, answer_lines, leave, now, transport

arrived = threading.Condition()
count = 0
last = now()


class Endpoint(object):

    def echo(self, ctxt, value):
        return value

    def take(self, ctxt, value=None):
        global count, last
        with arrived:
            count += 1
            last = now()
            arrived.notify_all()


def answer(ask):
    if ask['do'] != 'await casts':
        raise ValueError('a server is not asked %r' % ask['do'])
    with arrived:
        # After five seconds without one, a cast that is missing is lost.
        while count < ask['count'] and now() - last < 5000:
            arrived.wait(0.1)
    return {'atMs': last, 'count': count}


bus = transport(sys.argv[1])
servers = [
    oslo_messaging.get_rpc_server(
        bus, oslo_messaging.Target(topic=TOPIC, server='host-%d' % index),
        [Endpoint()], executor='threading')
    for index in range(int(sys.argv[2]) if len(sys.argv) > 2 else 1)]
for server in servers:
    server.start()
answer_lines(answer)
leave()
