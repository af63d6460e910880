"""What the client and the server program share: the bench's lines, and a transport."""

import json
import logging
import os
import sys
import threading
import time

from oslo_config import cfg
import oslo_messaging

TOPIC = 'bench'
CONTEXT = {
    'request_id': 'req-5c5f9b4b-6f0e-4b3f-9b61-2a8cdd3f1f8a',
    'user_id': 'b8a8e1c2d3f44556a7b8c9d0e1f20314',
    'project_id': '6f70656e737461636b2d70726f6a6563',
}
_said = threading.Lock()
# Its warnings about more threads than connections are many and would be measured too.
logging.disable(logging.CRITICAL)


def transport(url):
    cfg.CONF([], project='bench', default_config_files=[],
             default_config_dirs=[])
    # kombu knows no scheme amqp of ours.
    return oslo_messaging.get_rpc_transport(
        cfg.CONF, url=url.replace('amqp://', 'rabbit://', 1))


def now():
    """Milliseconds on the machine's monotonic clock."""
    return time.monotonic_ns() / 1e6


def answer_lines(answer):
    say({'ready': True})
    for line in sys.stdin:
        try:
            say(answer(json.loads(line)))
        except Exception as error:  # the bench is told and decides
            say({'error': repr(error)})


def say(value):
    with _said:
        sys.stdout.write(json.dumps(value) + '\n')
        sys.stdout.flush()


def leave():
    # A metrics thread of oslo.messaging would hold up the exit for ten seconds.
    sys.stdout.flush()
    os._exit(0)
