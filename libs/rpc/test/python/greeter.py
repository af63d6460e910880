#!/usr/bin/python3
"""The greeter of the library's README, on oslo.messaging. Prints "ready"."""

import sys

import common

import oslo_messaging


class Greeter:
    def hello(self, ctxt, name):
        return 'hello %s, says %s' % (name, ctxt['user'])


def main():
    conf = common.setup('openstack')
    transport = oslo_messaging.get_rpc_transport(conf, url=sys.argv[1])
    target = oslo_messaging.Target(topic='greeter', server='host-1')
    done = common.stop_event()
    server = oslo_messaging.get_rpc_server(transport, target, [Greeter()],
                                           executor='threading')
    server.start()
    common.say('ready')
    common.wait_for(done)
    server.stop()
    server.wait()
    return 0


if __name__ == '__main__':
    common.leave(main())
