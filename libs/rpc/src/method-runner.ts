import { type DispatchEvent, diagnostics } from './diagnostics.ts';
import type { FoundMethod } from './dispatcher.ts';
import { isExpected } from './expected-errors.ts';
import { startHeartbeats } from './heartbeats.ts';
import { interceptDispatch } from './interceptors.ts';
import type { ReplySender } from './reply-sender.ts';
import type { ReadRequest } from './request.ts';
import type { Serializer } from './serializer.ts';
import { core, type Transport } from './transport.ts';
import { type IncomingRequest, noReply, type RequestContext } from './types.ts';

/** What answers: replies in today's way, or in an older one. */
export type Answers = Pick<ReplySender, 'result' | 'failure' | 'heartbeat'>;

/** Runs the method that was found for a request, through interceptors and serializer, and answers. */
export class MethodRunner {
  readonly #transport: Transport;
  readonly #replies: Answers;
  readonly #serializer: Serializer | undefined;

  constructor(transport: Transport, replies: Answers, serializer: Serializer | undefined) {
    this.#transport = transport;
    this.#replies = replies;
    this.#serializer = serializer;
  }

  /** Runs the method and answers. Rejects only when the answer cannot be delivered. */
  async run(request: IncomingRequest, reply: ReadRequest['reply'], found: FoundMethod): Promise<void> {
    const event = this.#began(request);
    const startedAt = event === undefined ? 0 : performance.now();
    const stopHeartbeats =
      reply === undefined ? () => {} : startHeartbeats(reply.monitorTimeout, () => this.#replies.heartbeat(reply));
    let result: unknown;
    try {
      result = await this.#invoke(request, found);
    } catch (error) {
      stopHeartbeats();
      this.#ended(event, startedAt, { error, isExpected: isExpected(found.method, error) });
      if (reply !== undefined) await this.#replies.failure(reply, error);
      return;
    }
    stopHeartbeats();
    this.#ended(event, startedAt, {});
    if (reply !== undefined && result !== noReply) await this.#replies.result(reply, result);
  }

  #invoke(request: IncomingRequest, found: FoundMethod): unknown {
    const { interceptors } = this.#transport[core];
    const run = (): unknown => {
      const serializer = this.#serializer;
      if (serializer === undefined) return found.run(request.context, request.args);
      return this.#runSerialized(serializer, request, found);
    };
    return interceptors.length === 0 ? run() : interceptDispatch(interceptors, request, async () => run());
  }

  async #runSerialized(serializer: Serializer, request: IncomingRequest, found: FoundMethod): Promise<unknown> {
    const context: RequestContext = serializer.deserializeContext?.(request.context) ?? request.context;
    const { deserializeEntity, serializeEntity } = serializer;
    const args = Object.fromEntries(
      Object.entries(request.args).map(([name, value]) => [
        name,
        deserializeEntity === undefined ? value : deserializeEntity.call(serializer, context, value),
      ]),
    );
    const result = await found.run(context, args);
    return serializeEntity === undefined ? result : serializeEntity.call(serializer, context, result);
  }

  #began(request: IncomingRequest): DispatchEvent | undefined {
    if (!diagnostics.dispatch.hasSubscribers && !diagnostics.dispatched.hasSubscribers) return undefined;
    const { kind, exchange, routingKey, topic, server, method, namespace, version, msgId, context, args } = request;
    const event: DispatchEvent = {
      transport: this.#transport,
      kind,
      exchange,
      routingKey,
      topic,
      server,
      method,
      namespace,
      version,
      msgId,
      context,
      args,
    };
    diagnostics.dispatch.publish(event);
    return event;
  }

  #ended(
    event: DispatchEvent | undefined,
    startedAt: number,
    outcome: { error?: unknown; isExpected?: boolean },
  ): void {
    if (event === undefined) return;
    diagnostics.dispatched.publish({ ...event, ms: performance.now() - startedAt, ...outcome });
  }
}
