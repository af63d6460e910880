import {
  connect,
  type NotificationEndpoint,
  type NotificationMethod,
  notificationPriorities,
  serveNotifications,
} from '@novasim/rpc';
import { integer, readArguments, required, text } from './arguments.ts';
import { emit, say } from './output.ts';
import { stopped, stopSignal } from './stop-signal.ts';

const options = {
  url: required(),
  topic: text('notifications'),
  exchange: text('openstack'),
  pool: text(undefined),
  priorities: text(notificationPriorities.join(',')),
  requeue_first: integer(0),
  count: integer(0),
};

/** `rpc listen`: prints each delivery as a line, until SIGTERM or until so many are handled. */
export async function runListen(args: readonly string[]): Promise<number> {
  const given = readArguments('listen', options, args);
  if (given === undefined) return 0;
  const stop = stopSignal();
  const { promise: enough, resolve: hadEnough } = Promise.withResolvers<void>();
  const endpoint = printer(words(given.priorities), given.requeue_first, given.count, hadEnough);
  await using opened = new AsyncDisposableStack();
  const listening = async (): Promise<void> => {
    const transport = opened.use(
      await connect(given.url, {
        name: 'rpc-listen',
        controlExchange: given.exchange,
        signal: stop,
      }),
    );
    const targets = words(given.topic).map((topic) => ({ topic }));
    const pool = given.pool === undefined ? {} : { pool: given.pool };
    // What comes before `ready` is said would be printed before it.
    opened.use(await serveNotifications(transport, targets, [endpoint], { allowRequeue: true, ...pool }));
  };
  // Stopped before it is ready, closing the transport ends what is under way.
  await Promise.race([listening().then(() => endpoint.start()), stopped(stop)]).catch((error: unknown) => {
    if (!stop.aborted) throw error;
  });
  await Promise.race([stopped(stop), enough]);
  return 0;
}

function words(list: string): string[] {
  return list.split(',').filter((word) => word !== '');
}

/** An endpoint that prints what it hears, after `ready`. */
function printer(priorities: readonly string[], requeueFirst: number, count: number, hadEnough: () => void) {
  const { promise: started, resolve: start } = Promise.withResolvers<void>();
  let left = requeueFirst;
  let seen = 0;
  const hear: NotificationMethod = async (context, notification) => {
    await started;
    const requeued = left > 0;
    if (requeued) left--;
    else seen++;
    emit({
      priority: notification.priority,
      ctxt: context,
      publisher_id: notification.publisherId,
      event_type: notification.eventType,
      payload: notification.payload,
      metadata: { message_id: notification.messageId, timestamp: notification.timestamp },
      requeued,
    });
    if (count > 0 && seen >= count) hadEnough();
    return requeued ? 'requeue' : 'handled';
  };
  const methods: NotificationEndpoint = Object.fromEntries(
    notificationPriorities.filter((priority) => priorities.includes(priority)).map((priority) => [priority, hear]),
  );
  return {
    ...methods,
    start(): void {
      say('ready');
      start();
    },
  };
}
