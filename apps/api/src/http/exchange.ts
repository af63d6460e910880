import type { IncomingMessage, ServerResponse } from 'node:http';
import { type NovaContext, newRequestId, requestContext } from '@novasim/service';
import type { Token } from '@novasim/store';
import { baseUrlOf } from './base-url.ts';

/** What is known of one request from its first byte: ids and where the client thinks that we are. */
export class Exchange {
  readonly requestId = newRequestId();
  /** The id under which the client follows its work through several services; null when it gave none, or no such id. */
  readonly globalRequestId: string | null;
  readonly baseUrl: string;
  readonly remoteAddress: string | null;
  readonly startedAt = performance.now();
  /** The operation that answers, by its path with `{names}`, once it is known; for what counts requests. */
  route: string | undefined;

  constructor(request: IncomingMessage) {
    const given = request.headers['x-openstack-request-id'];
    this.globalRequestId = typeof given === 'string' && REQUEST_ID.test(given) ? given : null;
    this.baseUrl = baseUrlOf(request);
    this.remoteAddress = request.socket.remoteAddress ?? null;
  }
}

const REQUEST_ID = /^req-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Who asks, in which project, and with which rights. */
export interface Caller {
  readonly context: NovaContext;
  /** Absent when the request came without one, which AUTH_MODE=optional allows. */
  readonly token?: Token;
}

/** The context that travels with every message of the request. The token itself stays here: no service needs it. */
export function contextOf(exchange: Exchange, who: Partial<NovaContext>): NovaContext {
  return requestContext({
    ...who,
    request_id: exchange.requestId,
    global_request_id: exchange.globalRequestId,
    remote_address: exchange.remoteAddress,
  });
}

const EXCHANGE = Symbol('exchange');
type Carrier = IncomingMessage & { [EXCHANGE]?: Exchange };

/** Begins the exchange of a request; its id is on the answer from here on, whatever happens. */
export function beginExchange(request: IncomingMessage, response: ServerResponse): void {
  const exchange = new Exchange(request);
  (request as Carrier)[EXCHANGE] = exchange; // the one place that puts it there
  response.setHeader('x-openstack-request-id', exchange.requestId);
}

/** The exchange of a request that has begun. */
export function exchangeOf(request: IncomingMessage): Exchange {
  const exchange = (request as Carrier)[EXCHANGE]; // put there by beginExchange
  if (exchange === undefined) throw new Error('the exchange of this request has not begun');
  return exchange;
}
