import { abortable } from './abortable.ts';
import { PingEndpoint } from './base-endpoint.ts';
import { diagnostics } from './diagnostics.ts';
import { type AccessPolicy, Dispatcher, type FoundMethod } from './dispatcher.ts';
import type { Delivery, Listener } from './driver.ts';
import { Duplicates } from './duplicates.ts';
import { decodeMessage } from './envelope.ts';
import { InvalidTarget } from './errors.ts';
import { Fifo } from './fifo.ts';
import { MethodRunner } from './method-runner.ts';
import { ReplySender } from './reply-sender.ts';
import { type ReadRequest, readRequest } from './request.ts';
import type { Serializer } from './serializer.ts';
import { requireTopic } from './target.ts';
import { core, type Transport } from './transport.ts';
import type { IncomingRequest, Target } from './types.ts';

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

/** A running server. */
export interface RpcServer extends AsyncDisposable {
  /** Takes no more requests; what was handed over and not started goes back to the broker. */
  stop(): Promise<void>;
  /**
   * Resolves when, after `stop`, all running methods have ended and replied, and the fanout queue is deleted.
   * An aborted signal ends the waiting, with its reason, not the methods.
   */
  wait(options?: { signal?: AbortSignal }): Promise<void>;
  /** `stop`, then `wait`. */
  close(options?: { signal?: AbortSignal }): Promise<void>;
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
  const server = new Server(transport, target, endpoints, options);
  await server.start(options.signal);
  return server;
}

/** Taken and not started, per worker: keeps workers busy without taking a whole backlog into memory. */
const prefetchPerWorker = 4;
const leastPrefetch = 100;

class Server implements RpcServer {
  readonly #transport: Transport;
  readonly #topic: string;
  readonly #server: string;
  readonly #exchange: string;
  readonly #workers: number;
  readonly #dispatcher: Dispatcher;
  readonly #duplicates = new Duplicates();
  readonly #replies: ReplySender;
  readonly #runner: MethodRunner;
  readonly #waiting = new Fifo<Delivery>();
  readonly #idle = Promise.withResolvers<void>();
  #listener: Listener | undefined;
  #running = 0;
  #isStopping = false;
  #stopping: Promise<void> | undefined;
  #ending: Promise<void> | undefined;

  constructor(transport: Transport, target: Target, endpoints: readonly object[], options: ServeOptions) {
    if (target.server === undefined || target.server === '') throw new InvalidTarget('a server is required', target);
    this.#transport = transport;
    this.#topic = requireTopic(target);
    this.#server = target.server;
    this.#exchange = target.exchange ?? transport[core].controlExchange;
    this.#workers = Math.max(1, options.workers ?? 64);
    const all = options.rpcPing === true ? [...endpoints, new PingEndpoint()] : endpoints;
    this.#dispatcher = new Dispatcher(all, options.accessPolicy);
    this.#replies = new ReplySender(transport);
    this.#runner = new MethodRunner(transport, this.#replies, options.serializer);
  }

  async start(signal: AbortSignal | undefined): Promise<void> {
    const { driver, servers, names } = this.#transport[core];
    const listening = driver.listen(
      {
        exchange: this.#exchange,
        topic: this.#topic,
        server: this.#server,
        fanoutQueue: names.fanout(this.#topic),
        prefetch: Math.max(leastPrefetch, prefetchPerWorker * this.#workers),
      },
      (delivery) => this.#receive(delivery),
    );
    try {
      this.#listener = await abortable(listening, signal);
    } catch (error) {
      this.#isStopping = true;
      if (signal?.aborted === true) listening.then((listener) => listener.close()).catch(() => {}); // given up
      throw error;
    }
    servers.add(this);
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  wait({ signal }: { signal?: AbortSignal } = {}): Promise<void> {
    this.#ending ??= this.#end();
    return abortable(this.#ending, signal);
  }

  async close(options: { signal?: AbortSignal } = {}): Promise<void> {
    await this.stop();
    await this.wait(options);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #stop(): Promise<void> {
    this.#isStopping = true;
    this.#replies.hurry();
    await this.#listener?.cancel();
    // Only now: given back earlier, they would come again.
    for (const delivery of this.#waiting.drain()) delivery.requeue();
    if (this.#running === 0) this.#idle.resolve();
  }

  async #end(): Promise<void> {
    await this.#idle.promise;
    await this.#stopping;
    await this.#listener?.close();
    this.#transport[core].servers.delete(this);
  }

  #receive(delivery: Delivery): void {
    if (this.#isStopping || this.#running >= this.#workers) this.#waiting.push(delivery);
    else this.#take(delivery);
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
    this.#running++;
    delivery.accept(
      () => void this.#process(request, read, found, fault),
      () => this.#release(),
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
      this.#release();
    }
  }

  #release(): void {
    this.#running--;
    for (let next = this.#next(); next !== undefined; next = this.#next()) this.#take(next);
    if (this.#isStopping && this.#running === 0) this.#idle.resolve();
  }

  #next(): Delivery | undefined {
    return this.#isStopping || this.#running >= this.#workers ? undefined : this.#waiting.shift();
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
