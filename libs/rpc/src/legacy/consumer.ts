import { diagnostics } from '../diagnostics.ts';
import type { Dispatcher, FoundMethod } from '../dispatcher.ts';
import type { Delivery } from '../driver.ts';
import { Duplicates } from '../duplicates.ts';
import { decodeMessage } from '../envelope.ts';
import { NoSuchMethod, UnsupportedVersion } from '../errors.ts';
import { Fifo } from '../fifo.ts';
import { MethodRunner } from '../method-runner.ts';
import { AttributeError, PythonError } from '../python-errors.ts';
import { type ReadRequest, readRequest } from '../request.ts';
import type { LegacyBus } from './bus.ts';
import { LegacyReplies } from './replies.ts';

/** `rpc_thread_pool_size` of Folsom. */
const workers = 64;

/** What is done with each message: a method of a proxy is run, or a callback gets it as it is. */
export interface ConsumerTask {
  readonly topic: string;
  readonly run: { readonly dispatcher: Dispatcher } | { readonly callback: (message: Message) => unknown };
}

type Message = Readonly<Record<string, unknown>>;

/** Takes messages of one queue, acknowledges them and hands them to what serves the topic. */
export class LegacyConsumer {
  readonly #bus: LegacyBus;
  readonly #task: ConsumerTask;
  readonly #replies: LegacyReplies;
  readonly #runner: MethodRunner;
  readonly #twins = new Duplicates();
  readonly #waiting = new Fifo<Delivery>();
  readonly #idle = Promise.withResolvers<void>();
  #running = 0;
  #isStopping = false;

  constructor(bus: LegacyBus, task: ConsumerTask) {
    this.#bus = bus;
    this.#task = task;
    this.#replies = new LegacyReplies(bus);
    this.#runner = new MethodRunner(bus.transport, this.#replies, undefined);
  }

  receive(delivery: Delivery): void {
    if (this.#isStopping || this.#running >= workers) this.#waiting.push(delivery);
    else this.#take(delivery);
  }

  /** Gives back what waits, and resolves when all that runs has ended. To be called once nothing more comes. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const delivery of this.#waiting.drain()) delivery.requeue();
    if (this.#running === 0) this.#idle.resolve();
    await this.#idle.promise;
  }

  /** Unlike Nova: what cannot be read is dropped. Essex never acknowledged it, and got it again with each connection. */
  #take(delivery: Delivery): void {
    let message: Message;
    try {
      message = decodeMessage(delivery.body, delivery.headers);
    } catch (error) {
      delivery.reject();
      this.#poison(delivery, 'undecodable message', error);
      return;
    }
    this.#running++;
    delivery.accept(
      () => void this.#process(delivery, message),
      () => this.#release(),
    );
  }

  /** Never rejects. */
  async #process(delivery: Delivery, message: Message): Promise<void> {
    const uniqueId = message['_unique_id'];
    try {
      if (this.#twins.isTwin(typeof uniqueId === 'string' ? uniqueId : undefined)) return;
      const { run } = this.#task;
      if ('callback' in run) await run.callback(message);
      else await this.#dispatch(delivery, message, run.dispatcher);
    } catch (error) {
      this.#poison(delivery, 'message that could not be processed', error);
    } finally {
      this.#release();
    }
  }

  async #dispatch(delivery: Delivery, message: Message, dispatcher: Dispatcher): Promise<void> {
    // Without a queue of its own a call is answered where its id says.
    const addressed = { ...message, _reply_q: message['_reply_q'] ?? message['_msg_id'] };
    const read: ReadRequest = readRequest(addressed, delivery, { topic: this.#task.topic, server: '' });
    const { request, reply } = read;
    if (message['method'] === undefined || message['method'] === null || message['method'] === '') {
      // Unlike Nova, which left the caller waiting for the last reply, this result is followed by one.
      if (reply !== undefined) await this.#replies.result(reply, `No method for message: ${JSON.stringify(message)}`);
      return;
    }
    let found: FoundMethod;
    try {
      if (read.fault !== undefined) throw read.fault;
      found = dispatcher.find(request.namespace, request.version, request.method);
      found.assertArguments(request.args);
    } catch (error) {
      this.#poison(delivery, 'undispatchable request', error);
      if (reply !== undefined) await this.#replies.failure(reply, asItWasCalled(error));
      return;
    }
    await this.#runner.run(request, reply, found);
  }

  #release(): void {
    this.#running--;
    while (!this.#isStopping && this.#running < workers) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      this.#take(next);
    }
    if (this.#isStopping && this.#running === 0) this.#idle.resolve();
  }

  #poison({ exchange, routingKey }: Delivery, reason: string, error: unknown): void {
    if (!diagnostics.poison.hasSubscribers) return;
    const { transport } = this.#bus;
    diagnostics.poison.publish({ transport, reason, error, topic: this.#task.topic, exchange, routingKey });
  }
}

/** A request for a version that nobody has; class and module of those days. */
class UnsupportedRpcVersion extends PythonError {
  override readonly module = 'nova.openstack.common.rpc.common';
}

function asItWasCalled(error: unknown): unknown {
  if (error instanceof NoSuchMethod) return new AttributeError(`No such RPC function '${error.method}'`);
  if (error instanceof UnsupportedVersion) {
    const { version } = error;
    return new UnsupportedRpcVersion(`Specified RPC version, ${version}, not supported by this endpoint.`, {
      args: [],
      kwargs: { version },
    });
  }
  return error;
}
