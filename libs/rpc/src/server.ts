import { abortable } from './abortable.ts';
import { PingEndpoint } from './base-endpoint.ts';
import { diagnostics } from './diagnostics.ts';
import { type AccessPolicy, Dispatcher, type FoundMethod } from './dispatcher.ts';
import type { Delivery } from './driver.ts';
import { Duplicates } from './duplicates.ts';
import { decodeMessage } from './envelope.ts';
import { InvalidTarget } from './errors.ts';
import { ListeningServer, type Work } from './listening-server.ts';
import { MethodRunner } from './method-runner.ts';
import { ReplySender } from './reply-sender.ts';
import { type ReadRequest, readRequest } from './request.ts';
import type { RpcServer } from './rpc-server.ts';
import type { Serializer } from './serializer.ts';
import { requireTopic } from './target.ts';
import { core, type Transport } from './transport.ts';
import type { IncomingRequest, Target } from './types.ts';
import { Workers } from './workers.ts';

/** How a server runs its endpoints. */
export interface ServeOptions {
  /** Methods that run at the same time; further requests wait, most of them at the broker. Default 64. */
  readonly workers?: number;
  readonly serializer?: Serializer;
  /** Which methods may be called. Default: names that do not start with an underscore. */
  readonly accessPolicy?: AccessPolicy;
  /** Answer `oslo_rpc_server_ping`. Default false. */
  readonly rpcPing?: boolean;
  /** Ends the attempt to start, which otherwise goes on until a broker answers. */
  readonly signal?: AbortSignal;
}

/**
 * Serves `endpoints` at topic and server of `target`: consumes the shared queue, the server's own and a fanout queue.
 * Requests are acknowledged before they run: a crash loses what was running, and nothing runs twice.
 * @throws {InvalidTarget} without topic or server, {@link TopologyMismatch} when queues exist with other flags.
 */
export async function serve(
  transport: Transport,
  target: Pick<Target, 'exchange' | 'topic' | 'server'>,
  endpoints: readonly object[],
  options: ServeOptions = {},
): Promise<RpcServer> {
  return new Server(transport, target, endpoints, options).start(options.signal);
}

/** Taken and not started, per worker: keeps workers busy without taking a whole backlog into memory. */
const prefetchPerWorker = 4;
const leastPrefetch = 100;

class Server implements Work {
  readonly #transport: Transport;
  readonly #topic: string;
  readonly #server: string;
  readonly #exchange: string;
  readonly #prefetch: number;
  readonly #workers: Workers;
  readonly #dispatcher: Dispatcher;
  readonly #duplicates = new Duplicates();
  readonly #replies: ReplySender;
  readonly #runner: MethodRunner;

  constructor(transport: Transport, target: Target, endpoints: readonly object[], options: ServeOptions) {
    if (target.server === undefined || target.server === '') throw new InvalidTarget('a server is required', target);
    this.#transport = transport;
    this.#topic = requireTopic(target);
    this.#server = target.server;
    this.#exchange = target.exchange ?? transport[core].controlExchange;
    const workers = Math.max(1, options.workers ?? 64);
    this.#prefetch = Math.max(leastPrefetch, prefetchPerWorker * workers);
    this.#workers = new Workers(workers, (delivery) => this.#take(delivery));
    const all = options.rpcPing === true ? [...endpoints, new PingEndpoint()] : endpoints;
    this.#dispatcher = new Dispatcher(all, options.accessPolicy);
    this.#replies = new ReplySender(transport);
    this.#runner = new MethodRunner(transport, this.#replies, options.serializer);
  }

  async start(signal: AbortSignal | undefined): Promise<RpcServer> {
    const { driver, names } = this.#transport[core];
    const listening = driver.listen(
      {
        exchange: this.#exchange,
        topic: this.#topic,
        server: this.#server,
        fanoutQueue: names.fanout(this.#topic),
        prefetch: this.#prefetch,
      },
      (delivery) => this.#workers.receive(delivery),
    );
    try {
      return new ListeningServer(this.#transport, await abortable(listening, signal), this);
    } catch (error) {
      this.#workers.halt();
      if (signal?.aborted === true) listening.then((listener) => listener.close()).catch(() => {}); // given up
      throw error;
    }
  }

  halt(): void {
    this.#workers.halt();
    this.#replies.hurry();
  }

  giveBack(): void {
    this.#workers.giveBack();
  }

  get idle(): Promise<void> {
    return this.#workers.idle;
  }

  /** Reads a delivery and, when it can be dispatched or answered, accepts it and runs it. */
  #take(delivery: Delivery): void {
    let read: ReadRequest;
    try {
      read = readRequest(decodeMessage(delivery.body, delivery.headers), delivery, {
        topic: this.#topic,
        server: this.#server,
      });
    } catch (error) {
      delivery.reject();
      this.#poison(delivery, undefined, 'undecodable message', error);
      return;
    }
    const { request, reply } = read;
    let found: FoundMethod | undefined;
    let fault: unknown = read.fault;
    try {
      if (fault === undefined) found = this.#find(request);
    } catch (error) {
      fault = error;
    }
    if (found === undefined) {
      this.#poison(delivery, request, 'undispatchable request', fault);
      if (reply === undefined) {
        delivery.reject();
        return;
      }
    }
    this.#workers.begin();
    delivery.accept(
      () => void this.#process(request, read, found, fault),
      () => this.#workers.release(),
    );
  }

  /** @throws what the caller gets as failure. */
  #find(request: IncomingRequest): FoundMethod {
    const found = this.#dispatcher.find(request.namespace, request.version, request.method);
    found.assertArguments(request.args);
    return found;
  }

  /** Never rejects. */
  async #process(
    request: IncomingRequest,
    { reply }: ReadRequest,
    found: FoundMethod | undefined,
    fault: unknown,
  ): Promise<void> {
    try {
      if (this.#duplicates.isTwin(request.uniqueId)) return;
      if (found !== undefined) await this.#runner.run(request, reply, found);
      else if (reply !== undefined) await this.#replies.failure(reply, fault);
    } catch (error) {
      this.#poison(request, request, 'answer that could not be delivered', error);
    } finally {
      this.#workers.release();
    }
  }

  #poison(
    delivery: Pick<Delivery, 'exchange' | 'routingKey'>,
    request: IncomingRequest | undefined,
    reason: string,
    error: unknown,
  ): void {
    if (!diagnostics.poison.hasSubscribers) return;
    const { exchange, routingKey } = delivery;
    diagnostics.poison.publish({
      transport: this.#transport,
      reason,
      error,
      topic: this.#topic,
      server: this.#server,
      exchange,
      routingKey,
      method: request?.method,
      msgId: request?.msgId,
      uniqueId: request?.uniqueId,
      context: request?.context,
    });
  }
}
