import type { Flow, FlowHop } from './flow.ts';
import { isObject, parsed } from './json.ts';
import type { MessageRecord } from './record.ts';
import { readText, topLevel } from './top-level.ts';
import type { WhoIsWho } from './who-is-who.ts';

/** Everything known of one message. */
export interface MessageView {
  readonly id: number;
  readonly request_id: string;
  readonly hop?: FlowHop;
  readonly exchange: string;
  readonly routing_key: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly connection?: string;
  readonly program?: string;
  readonly user?: string;
  readonly bytes: number;
  readonly is_cut: boolean;
  /** The body as text, masked. */
  readonly body: string;
  /** The body decoded, where it is JSON; inside it the message is still a text. */
  readonly envelope?: unknown;
  /** The message decoded. */
  readonly message?: unknown;
  readonly route: MessageRoute;
  readonly published_at_ms: number;
  /** When it was published again with the same `_unique_id`. */
  readonly again_at_ms: readonly number[];
  readonly deliveries: MessageRecord['deliveries'];
}

/** exchange → bindings → queues → consumers, from what the broker said last. */
export interface MessageRoute {
  readonly exchange: string;
  readonly exchange_type?: string;
  readonly queues: readonly {
    readonly name: string;
    readonly bindings: readonly string[];
    readonly ready?: number;
    readonly unacknowledged?: number;
    readonly consumers: readonly { readonly connection: string; readonly program?: string }[];
  }[];
}

export function viewOf(record: MessageRecord, flow: Flow, who: WhoIsWho): MessageView {
  const { id, published, deliveries, again_at_ms = [] } = record;
  const { at_ms, is_cut = false, routed_queues: _, ...rest } = published;
  const hop = flow.hops.find((one) => one.id === id);
  const program = published.connection === undefined ? undefined : who.peer(published.connection)?.program;
  const headers = published.properties['headers'];
  const envelope = parsed(published.body);
  const inner = readText(topLevel(published.body)?.get('oslo.message'));
  const message = inner === undefined ? envelope : parsed(inner);
  return {
    id,
    request_id: flow.request_id,
    ...(hop !== undefined && { hop }),
    ...rest,
    headers: isObject(headers) ? headers : {},
    ...(program !== undefined && { program }),
    is_cut,
    ...(envelope !== undefined && { envelope }),
    ...(message !== undefined && { message }),
    route: routeTaken(record, who),
    published_at_ms: at_ms,
    again_at_ms,
    deliveries,
  };
}

function routeTaken({ published, deliveries }: MessageRecord, who: WhoIsWho): MessageRoute {
  const { exchange } = published;
  const type = who.state?.exchanges.find(({ name }) => name === exchange)?.type;
  const names = new Set([...(published.routed_queues ?? []), ...deliveries.map(({ queue }) => queue)]);
  return {
    exchange,
    ...(type !== undefined && { exchange_type: type }),
    queues: [...names].map((name) => {
      const counts = who.state?.queues.find((queue) => queue.name === name);
      const bindings = who.state?.bindings.filter((one) => one.exchange === exchange && one.destination === name);
      return {
        name,
        bindings: bindings?.map(({ routing_key }) => routing_key) ?? [],
        ...(counts !== undefined && { ready: counts.ready, unacknowledged: counts.unacknowledged }),
        consumers: [...who.consumersOf(name)].map((connection) => {
          const program = who.peer(connection)?.program;
          return { connection, ...(program !== undefined && { program }) };
        }),
      };
    }),
  };
}
