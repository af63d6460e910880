import type { BusEvent, BusStateEvent, DeliveredEvent, PublishedEvent } from '../src/bus-event.ts';
import type { Flow, FlowHop } from '../src/flow.ts';
import { messageKey } from '../src/message-key.ts';
import { TraceStore } from '../src/trace-store.ts';

/** When the tests of this room begin: noon. */
export const NOON = Date.UTC(2026, 10, 20, 12);

interface Sent {
  readonly at: number;
  readonly by?: string;
  /** Queues; default the routing key's own. */
  readonly queues?: readonly string[];
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly request_id?: string;
}

interface Asked extends Sent {
  readonly to: string;
  readonly method: string;
  readonly args?: unknown;
  readonly msg_id?: string;
  /** In ms. */
  readonly timeout?: number;
  /** Between heartbeats, in seconds. */
  readonly monitor?: number;
  readonly unique_id?: string;
}

/** A tap for tests: says what a bus would, on the wire of oslo.messaging, and keeps what it makes in a store. Times are ms after noon. */
export class Tap {
  readonly store = new TraceStore();
  #seq = 0;
  #unique = 0;

  /** A call with `msg_id`, else a cast; to `topic_fanout` a fanout. */
  ask({ to, method, args = {}, msg_id, timeout, monitor, unique_id, ...sent }: Asked): PublishedEvent {
    const isFanout = to.endsWith('_fanout');
    const address = { exchange: isFanout ? to : 'nova', routing_key: isFanout ? '' : to };
    const by = sent.by ?? 'unknown';
    const call = msg_id === undefined ? {} : { _msg_id: msg_id, _reply_q: `reply_${by}`, _timeout: monitor ?? null };
    const properties = { ...(timeout !== undefined && { expiration: String(timeout) }), ...sent.properties };
    return this.#publish(
      address,
      { method, args, version: '1.0', ...call },
      { queues: [to], ...sent, properties },
      unique_id,
    );
  }

  /** To a caller, by the name of its connection. */
  answer({
    to,
    msg_id,
    failure,
    isHeartbeat = false,
    ...sent
  }: Sent & { to: string; msg_id: string; failure?: string; isHeartbeat?: boolean }) {
    const text =
      failure === undefined ? null : JSON.stringify({ class: failure, module: 'm', message: 'it failed', tb: [] });
    const message = { result: null, failure: text, ending: !isHeartbeat, _msg_id: msg_id };
    return this.#publish({ exchange: '', routing_key: `reply_${to}` }, message, {
      queues: [`reply_${to}`],
      ...sent,
      request_id: '',
    });
  }

  notify({
    event_type,
    payload,
    priority = 'INFO',
    ...sent
  }: Sent & { event_type: string; payload: unknown; priority?: string }) {
    const message = { message_id: 'm', publisher_id: 'compute.h1', event_type, priority, payload };
    const address = { exchange: 'nova', routing_key: `notifications.${priority.toLowerCase()}` };
    return this.#publish(address, message, { queues: [], ...sent });
  }

  deliver(published: PublishedEvent, { at, to, queue }: { at: number; to: string; queue?: string }): DeliveredEvent {
    const [first = ''] = published.routed_queues ?? [];
    return this.#add({
      event: 'delivered',
      seq: ++this.#seq,
      at_ms: NOON + at,
      queue: queue ?? first,
      is_redelivered: false,
      connection: to,
      message_key: messageKey(published.body),
    });
  }

  /** Connections by name with their programs, and what they consume. A queue without a consumer is there all the same. */
  state(
    at: number,
    programs: Readonly<Record<string, string>>,
    consumed: Readonly<Record<string, readonly string[]>>,
  ): BusStateEvent {
    const consumers = Object.entries(consumed).flatMap(([queue, names]) =>
      names.map((connection) => ({ queue, connection })),
    );
    return this.#add({
      event: 'state',
      seq: ++this.#seq,
      at_ms: NOON + at,
      exchanges: [{ name: 'nova', type: 'topic' }],
      queues: Object.entries(consumed).map(([name, { length }]) => ({
        name,
        ready: 1,
        unacknowledged: 0,
        consumers: length,
      })),
      bindings: [],
      connections: Object.entries(programs).map(([name, program]) => ({ name, program })),
      consumers,
    });
  }

  gap(at: number, until: number): void {
    this.#add({ event: 'gap', seq: ++this.#seq, at_ms: NOON + at, until_ms: NOON + until, why: 'the broker was away' });
  }

  flow(at: number, requestId = 'req-1'): Flow {
    const flow = this.store.flow(requestId, NOON + at);
    if (flow === undefined) throw new Error(`there is no flow ${requestId}`);
    return flow;
  }

  /** A hop as it stands at a time, the first one unless told. */
  hop(at: number, nth = 0): FlowHop {
    const hop = this.flow(at).hops[nth];
    if (hop === undefined) throw new Error(`there is no hop ${nth}`);
    return hop;
  }

  #publish(
    address: Pick<PublishedEvent, 'exchange' | 'routing_key'>,
    message: object,
    { at, by, queues, properties = {}, request_id = 'req-1' }: Sent,
    unique_id = `unique-${++this.#unique}`,
  ): PublishedEvent {
    const context = request_id === '' ? {} : { _context_request_id: request_id };
    const inner = JSON.stringify({ ...message, _unique_id: unique_id, ...context });
    const body = JSON.stringify({ 'oslo.version': '2.0', 'oslo.message': inner });
    return this.#add({
      event: 'published',
      seq: ++this.#seq,
      at_ms: NOON + at,
      ...address,
      ...(queues !== undefined && { routed_queues: queues }),
      ...(by !== undefined && { connection: by }),
      properties,
      body,
      bytes: body.length,
    });
  }

  #add<E extends BusEvent>(event: E): E {
    this.store.add(event);
    return event;
  }
}
