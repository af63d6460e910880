#!/usr/bin/python3
"""A visitor on the bus of a cloud, with the library that OpenStack itself uses.

    12-visitor.py rabbit://guest:guest@127.0.0.1:5672/?amqp_durable_queues=true

It answers `hello` at topic greeter, server python. Each line that it reads, `<method> <request id>`, it calls
on the conductor, and it prints what came of it.
"""

import os
import sys

from oslo_config import cfg
import oslo_messaging


class Greeter:
    """What the visitor can be asked."""

    target = oslo_messaging.Target(version='1.0')

    def hello(self, context, name):
        return 'hello %s, says Python' % name


def join(url):
    """Joins the bus: all topics of this cloud live in the exchange nova."""
    cfg.CONF([], project='visitor', default_config_files=[], default_config_dirs=[])
    oslo_messaging.set_transport_defaults('nova')
    return oslo_messaging.get_rpc_transport(cfg.CONF, url=url)


def ask(conductor, method, request_id):
    """Calls a method of the conductor, and answers in words."""
    try:
        return 'answered: %r' % conductor.call({'request_id': request_id}, method, arg='are you there?')
    except oslo_messaging.RemoteError as error:
        return 'failed: %s, %s' % (error.exc_type, error.value)
    except oslo_messaging.MessagingTimeout:
        return 'no answer'


def main(url):
    transport = join(url)
    here = oslo_messaging.Target(topic='greeter', server='python')
    server = oslo_messaging.get_rpc_server(transport, here, [Greeter()], executor='threading')
    server.start()
    there = oslo_messaging.Target(topic='conductor', namespace='baseapi', version='1.0')
    conductor = oslo_messaging.get_rpc_client(transport, there, timeout=20)
    print('ready', flush=True)

    for line in sys.stdin:
        method, request_id = line.split()
        print(ask(conductor, method, request_id), flush=True)

    server.stop()
    server.wait()
    transport.cleanup()
    os._exit(0)  # a thread of the library would keep the program for ten seconds more


if __name__ == '__main__':
    main(sys.argv[1])
