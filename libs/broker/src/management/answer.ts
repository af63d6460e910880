import type { Inspection } from '../inspection.ts';
import {
  bindingViews,
  connectionViews,
  consumerViews,
  exchangeViews,
  overviewView,
  queueViews,
  type View,
  vhostView,
} from './views.ts';

/** What the management API sees of the broker, and the two things that it may do to it. */
export interface ManagedBroker {
  readonly nodeName: string;
  readonly users: Readonly<Record<string, string>>;
  readonly vhostNames: readonly string[];
  inspect(vhost: string): Inspection;
  trace(vhost: string, on: boolean): void;
  /** Ends the connection that the broker names so; false when there is none. */
  closeConnection(name: string): boolean;
}

export interface Question {
  readonly method: string;
  /** The decoded segments behind `/api/`. */
  readonly path: readonly string[];
  /** Parsed JSON; undefined where there was none. */
  readonly body: unknown;
}

export interface Answer {
  readonly status: number;
  readonly body?: View | readonly View[];
}

const NOT_FOUND: Answer = { status: 404, body: { error: 'Object Not Found', reason: 'Not Found' } };
const NOT_ALLOWED: Answer = { status: 405, body: { error: 'Method Not Allowed', reason: 'Method Not Allowed' } };
const DONE: Answer = { status: 204 };

const LISTS: Readonly<Record<string, (vhost: Inspection) => readonly View[]>> = {
  exchanges: exchangeViews,
  queues: queueViews,
  bindings: bindingViews,
  consumers: consumerViews,
  connections: connectionViews,
};

/** Answers as RabbitMQ's management API does to the same question. */
export function answer(broker: ManagedBroker, { method, path, body }: Question): Answer {
  const [kind = '', name, sub] = path;
  const all = () => broker.vhostNames.map((vhost) => broker.inspect(vhost));
  const isKnown = name !== undefined && broker.vhostNames.includes(name);
  const list = LISTS[kind];

  if (kind === 'vhosts' && name !== undefined && path.length === 2)
    return oneVhost(broker, method, name, isKnown, body);
  if (kind === 'connections' && name !== undefined && path.length === 2) return oneConnection(broker, method, name);
  if (method !== 'GET' && method !== 'HEAD') return list === undefined ? NOT_FOUND : NOT_ALLOWED;
  if (kind === 'overview' && path.length === 1) return { status: 200, body: overviewView(broker.nodeName, all()) };
  if (kind === 'vhosts' && path.length === 1) return { status: 200, body: all().map(vhostView) };
  if (kind === 'vhosts' && sub === 'connections' && path.length === 3) {
    return isKnown ? { status: 200, body: connectionViews(broker.inspect(name)) } : NOT_FOUND;
  }
  if (list === undefined || path.length > 2) return NOT_FOUND;
  if (name === undefined) return { status: 200, body: all().flatMap(list) };
  return isKnown ? { status: 200, body: list(broker.inspect(name)) } : NOT_FOUND;
}

/** PUT makes a virtual host that is not there, and sets its tracing where the body says how. */
function oneVhost(broker: ManagedBroker, method: string, name: string, isKnown: boolean, body: unknown): Answer {
  if (method === 'PUT') {
    const { tracing } = (body ?? {}) as { tracing?: unknown }; // whatever JSON came
    broker.trace(name, isKnown && tracing === undefined ? broker.inspect(name).tracing : tracing === true);
    return isKnown ? DONE : { status: 201 };
  }
  if (method !== 'GET' && method !== 'HEAD') return NOT_ALLOWED;
  return isKnown ? { status: 200, body: vhostView(broker.inspect(name)) } : NOT_FOUND;
}

function oneConnection(broker: ManagedBroker, method: string, name: string): Answer {
  if (method === 'DELETE') return broker.closeConnection(name) ? DONE : NOT_FOUND;
  if (method !== 'GET' && method !== 'HEAD') return NOT_ALLOWED;
  const found = broker.vhostNames
    .flatMap((vhost) => connectionViews(broker.inspect(vhost)))
    .find((connection) => connection['name'] === name);
  return found === undefined ? NOT_FOUND : { status: 200, body: found };
}
