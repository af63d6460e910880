import { connect, Notifier, notificationPriorities, onDiagnostic, parseJson } from '@novasim/rpc';
import { choice, integer, readArguments, required, text, UsageError, value } from './arguments.ts';
import { emit } from './output.ts';

const options = {
  url: required(),
  topic: text('notifications'),
  exchange: text('openstack'),
  publisher: text('peer.host1'),
  event_type: text('peer.test'),
  priority: choice(notificationPriorities, 'info'),
  payload: value({}, parseJson),
  ctxt: value({}, readContext),
  driver: choice(['messaging', 'messagingv2', 'noop'], 'messagingv2'),
  retry: integer(undefined),
  repeat: integer(1),
};

/** `rpc notify`: sends a notification, once or often. What cannot be sent is told on stderr only, as notifications are. */
export async function runNotify(args: readonly string[]): Promise<number> {
  const given = readArguments('notify', options, args);
  if (given === undefined) return 0;
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => process.exit(0));
  onDiagnostic('rpc.notify', ({ topic, priority, error }) => {
    if (error instanceof Error)
      process.stderr.write(`rpc notify: not sent to ${topic}.${priority}: ${error.message}\n`);
  });
  await using transport = await connect(given.url, {
    name: 'rpc-notify',
    controlExchange: given.exchange,
    waitForBroker: false,
  });
  const notifier = new Notifier(transport, {
    publisherId: given.publisher,
    drivers: [given.driver],
    topics: given.topic.split(',').filter((topic) => topic !== ''),
    ...(given.retry === undefined ? {} : { retry: given.retry }),
  });
  for (let sent = 0; sent < given.repeat; sent++) {
    await notifier[given.priority](given.ctxt, given.event_type, given.payload);
  }
  emit({ ok: true, sent: given.repeat });
  return 0;
}

function readContext(json: string): Record<string, unknown> {
  const read = parseJson(json);
  if (typeof read === 'object' && read !== null && !Array.isArray(read)) return read as Record<string, unknown>; // checked
  throw new UsageError(`not a JSON object: ${json.slice(0, 100)}`);
}
