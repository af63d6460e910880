import { LOG_TOPIC } from '@novasim/rpcapi';
import { type HopEvent, listenTo } from './hop-events.ts';
import type { Logger } from './logger.ts';

/** Methods that repeat by the clock; their hops are logged at `debug` so that a request's story stays readable. */
export const PERIODIC_METHODS: ReadonlySet<string> = new Set([
  'ping',
  'service_update',
  'compute_node_update',
  'instance_get_all_by_host',
  'update_service_capabilities',
  'publish_service_capabilities',
  'announce_lab',
  'report_lab',
  'lab_rule_spent',
]);

export interface HopLogOptions {
  /** Methods whose hops are logged at `debug`. Default: `PERIODIC_METHODS`. */
  readonly quiet?: ReadonlySet<string>;
}

/**
 * Writes the hops of a transport to the log: one line where a message is sent, one where a cast arrives, one where a request
 * has been handled (with `ms`, and `err` when the method failed), always with the same field names, so that one request id
 * finds them all. The beginning of a call and replies that arrive are `debug`.
 */
export function logHops(transport: object, log: Logger, { quiet = PERIODIC_METHODS }: HopLogOptions = {}): Disposable {
  const isQuiet = (event: HopEvent) => event.method !== undefined && quiet.has(event.method);
  return listenTo(transport, {
    'rpc.send': (event) => {
      if (isSideShow(event) || isQuiet(event)) {
        if (log.isLevelEnabled('debug')) log.debug(hopFields(event), 'sent');
      } else log.info(hopFields(event), 'sent');
    },
    'rpc.dispatch': (event) => {
      // A call's beginning and end are close together; a cast may run for long, and its sender has long gone on.
      if (event.kind !== 'call' && !isQuiet(event)) log.info(hopFields(event), 'received');
      else if (log.isLevelEnabled('debug')) log.debug(hopFields(event), 'received');
    },
    'rpc.dispatched': (event) => {
      if (event.error !== undefined && event.isExpected !== true) log.warn(hopFields(event), 'failed');
      else if (!isQuiet(event)) log.info(hopFields(event), event.error === undefined ? 'handled' : 'refused');
      else if (log.isLevelEnabled('debug')) log.debug(hopFields(event), 'handled');
    },
    'rpc.reply': (event) => {
      // Who called throws on, and logs what it makes of it; here it is one line of the story, without a stack.
      if (event.error !== undefined && !isQuiet(event)) log.warn(failedCallFields(event), 'call failed');
      else if (log.isLevelEnabled('debug')) log.debug({ kind: 'call', ...hopFields(event) }, 'answered');
    },
    'rpc.notify': ({ error, topic, eventType }) => {
      // What was told is in the log already where it happened; only that nobody could be told is news.
      if (error !== undefined && topic !== LOG_TOPIC)
        log.warn({ topic, event_type: eventType, why: wordsOf(error) }, 'notification given up');
    },
    'rpc.poison': (event) => log.error(poisonFields(event), 'message cannot be served'),
    'rpc.connection': ({ event, host, purpose, error }) => {
      const fields = { broker: host, purpose, ...(error === undefined ? {} : { err: error }) };
      if (event === 'connected' || event === 'unblocked') log.info(fields, `bus ${event}`);
      else log.warn(fields, `bus ${event ?? 'changed'}`);
    },
  });
}

/** Messages that belong to no step of a request's story, or to one that has a line already. */
function isSideShow({ kind }: HopEvent): boolean {
  return kind === 'reply' || kind === 'heartbeat' || kind === 'notification';
}

function failedCallFields({ error, ...rest }: HopEvent): Record<string, unknown> {
  const fields = { kind: 'call', ...hopFields(rest) };
  set(fields, 'why', wordsOf(error));
  return fields;
}

function wordsOf(error: unknown): unknown {
  return error instanceof Error ? `${error.name}: ${error.message}` : error;
}

/** A poison message is the sender's fault: what is wrong with it is said in words, without our own stack. */
function poisonFields(event: HopEvent): Record<string, unknown> {
  const { error, ...rest } = event;
  const fields = hopFields(rest);
  set(fields, 'unique_id', event.uniqueId);
  set(fields, 'reason', event.reason);
  set(fields, 'why', error instanceof Error ? error.message : error);
  return fields;
}

/** The fields of a hop line; those that the hop does not have are left out. */
function hopFields(event: HopEvent): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  set(fields, 'request_id', event.context?.['request_id']);
  set(fields, 'msg_id', event.msgId);
  set(fields, 'kind', event.kind);
  set(fields, 'exchange', event.exchange);
  set(fields, 'routing_key', event.routingKey);
  set(fields, 'topic', event.topic);
  set(fields, 'method', event.method);
  set(fields, 'instance_uuid', instanceOf(event.args));
  set(fields, 'ms', event.ms === undefined ? undefined : Math.round(event.ms * 10) / 10);
  set(fields, 'err', event.error);
  return fields;
}

function set(fields: Record<string, unknown>, name: string, value: unknown): void {
  if (value !== undefined && value !== null) fields[name] = value;
}

/** The instance that a request is about, where its arguments name one: `instance_uuid`, or `instance.uuid`. */
function instanceOf(args: HopEvent['args']): unknown {
  const named = args?.['instance_uuid'];
  if (typeof named === 'string') return named;
  const instance = args?.['instance'];
  return typeof instance === 'object' && instance !== null && 'uuid' in instance ? instance.uuid : undefined;
}
