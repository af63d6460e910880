import { packContext } from './context.ts';
import { diagnostics } from './diagnostics.ts';
import { assertDuration } from './duration.ts';
import { InvalidTarget, InvalidVersion, RPCVersionCapError } from './errors.ts';
import { newId } from './ids.ts';
import { ReplyWaiter } from './reply-waiter.ts';
import { send } from './send.ts';
import type { Serializer } from './serializer.ts';
import { setOwn } from './set-own.ts';
import { type Route, requireTopic, routeOf } from './target.ts';
import { longestTimerMs } from './timer-limit.ts';
import { core, type Transport } from './transport.ts';
import type { ArgsOf, MethodOf, OutgoingMessage, RequestContext, ResultOf, Target } from './types.ts';
import { compatible, parseVersion } from './version.ts';

/** How a client sends, beside where to. */
export interface ClientOptions {
  /** How long a call waits for its reply. Default: the transport's response timeout. */
  readonly timeoutMs?: number;
  /** Highest version that all servers understand; requests above it are refused before they are sent. */
  readonly versionCap?: string;
  /** Rounds over all hosts that may fail while a message waits for a broker: 0 none; default and -1: for ever. */
  readonly retry?: number;
  /** Asks the server for heartbeats: a call fails when none comes for so long, and may then have a long timeout. */
  readonly callMonitorTimeoutMs?: number;
  /** Publishes as mandatory: without a queue MessageUndeliverable at once. Not for fanout. */
  readonly atLeastOnce?: boolean;
  readonly serializer?: Serializer;
}

/** What `prepare` can override; null clears. */
export type PrepareOverrides = {
  readonly [K in Exclude<keyof (Target & ClientOptions), 'serializer'>]?: (Target & ClientOptions)[K] | null;
};

type Settings = Target & ClientOptions;

/** Sends requests to a target. `E` is the endpoint interface, which types method names, arguments and results. */
export class RpcClient<E> {
  readonly #transport: Transport;
  readonly #settings: Settings;
  #route: Route | undefined;

  constructor(transport: Transport, target: Target, options: ClientOptions = {}) {
    this.#transport = transport;
    this.#settings = { ...target, ...options };
    const { version, versionCap, timeoutMs, callMonitorTimeoutMs } = this.#settings;
    assertVersion(version);
    assertVersion(versionCap);
    assertDuration('timeoutMs', timeoutMs);
    assertDuration('callMonitorTimeoutMs', callMonitorTimeoutMs);
  }

  /** A client with some settings changed; cheap, meant for each request. @throws {InvalidVersion} {@link InvalidOption} */
  prepare(overrides: PrepareOverrides): RpcClient<E> {
    const settings: Record<string, unknown> = { ...this.#settings };
    for (const [name, value] of Object.entries(overrides)) {
      if (value === null) delete settings[name];
      else if (value !== undefined) settings[name] = value;
    }
    return new RpcClient<E>(this.#transport, settings as Settings); // overrides have the settings' types
  }

  /** Whether a request of that version would pass the version cap. */
  canSendVersion(version: string | undefined = this.#settings.version): boolean {
    return this.#settings.versionCap === undefined || compatible(this.#settings.versionCap, version);
  }

  /**
   * Sends a request and waits for the answer.
   * @throws {MessagingTimeout} {@link MessageDeliveryFailure} {@link MessageUndeliverable} {@link RPCVersionCapError}
   * {@link InvalidTarget}, the error of the method ({@link RemoteError} or a class of its own), or the signal's reason.
   */
  async call<M extends MethodOf<E>>(
    context: RequestContext,
    method: M,
    args: ArgsOf<E, M>,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<ResultOf<E, M>> {
    const { fanout, server, callMonitorTimeoutMs, serializer, retry } = this.#settings;
    if (fanout === true) throw new InvalidTarget('a call cannot be fanout', this.#target());
    const route = this.#checkedRoute();
    signal?.throwIfAborted();
    const { replies, responseTimeoutMs, allowedRemoteModules, driver } = this.#transport[core];
    const timeoutMs = this.#settings.timeoutMs ?? responseTimeoutMs;
    const replyQueue = replies.queue ?? (await replies.open({ retry, signal }));
    signal?.throwIfAborted();
    const msgId = newId();
    const topic = requireTopic(this.#settings);
    const waiting = {
      method,
      topic,
      server,
      timeoutMs,
      monitorMs: callMonitorTimeoutMs,
      allowedModules: allowedRemoteModules,
      isMandatory: this.#settings.atLeastOnce === true,
      driver,
    };
    const waiter = new ReplyWaiter(waiting, signal, () => replies.forget(msgId));
    replies.expect(msgId, waiter);
    const startedAt = diagnostics.reply.hasSubscribers ? performance.now() : 0;
    try {
      const message = this.#message(context, method, args, { msgId, replyQueue });
      const outgoing = this.#outgoing('call', route, method, message, msgId);
      this.#send(outgoing, context, Math.min(timeoutMs, longestTimerMs), signal, waiter).then(
        () => waiter.confirmed(),
        (error) => waiter.fail(error),
      );
      const result = await waiter.promise;
      if (startedAt > 0) this.#ended(context, method, msgId, startedAt);
      const value =
        serializer?.deserializeEntity === undefined ? result : serializer.deserializeEntity(context, result);
      return value as ResultOf<E, M>; // what the endpoint's interface promises
    } catch (error) {
      waiter.fail(error);
      if (startedAt > 0) this.#ended(context, method, msgId, startedAt, error);
      throw error;
    }
  }

  /**
   * Sends a request and resolves when the broker has it, which says nothing about a server.
   * @throws {MessageDeliveryFailure} {@link MessageUndeliverable} {@link RPCVersionCapError} {@link InvalidTarget}, or the
   * signal's reason.
   */
  async cast<M extends MethodOf<E>>(
    context: RequestContext,
    method: M,
    args: ArgsOf<E, M>,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<void> {
    const route = this.#checkedRoute();
    const message = this.#message(context, method, args, undefined);
    const outgoing = this.#outgoing(route.isFanout ? 'fanout' : 'cast', route, method, message, undefined);
    await this.#send(outgoing, context, undefined, signal);
  }

  #checkedRoute(): Route {
    const { versionCap, version } = this.#settings;
    if (versionCap !== undefined && !this.canSendVersion()) throw new RPCVersionCapError(version, versionCap);
    this.#route ??= routeOf(this.#settings, this.#transport[core].controlExchange);
    return this.#route;
  }

  /** The inner message, keys in the order Python writes them. */
  #message(
    context: RequestContext,
    method: string,
    args: unknown,
    call: { msgId: string; replyQueue: string } | undefined,
  ): Record<string, unknown> {
    const { namespace, version, callMonitorTimeoutMs, serializer } = this.#settings;
    const message: Record<string, unknown> = { method, args: namedArguments(context, args, serializer) };
    if (namespace !== undefined) message['namespace'] = namespace;
    if (version !== undefined) message['version'] = version;
    if (call !== undefined) {
      message['_msg_id'] = call.msgId;
      message['_reply_q'] = call.replyQueue;
      // Not the response timeout: how long the client waits between two heartbeats, in seconds.
      message['_timeout'] = callMonitorTimeoutMs === undefined ? null : callMonitorTimeoutMs / 1_000;
    }
    message['_unique_id'] = newId();
    packContext(serializer?.serializeContext?.(context) ?? context, message);
    return message;
  }

  #outgoing(
    kind: OutgoingMessage['kind'],
    route: Route,
    method: string,
    message: Record<string, unknown>,
    msgId: string | undefined,
  ): OutgoingMessage {
    const { topic, server } = this.#settings;
    const outgoing: { -readonly [K in keyof OutgoingMessage]: OutgoingMessage[K] } = {
      kind,
      exchange: route.exchange,
      routingKey: route.routingKey,
      method,
      message,
      headers: {},
    };
    if (topic !== undefined) outgoing.topic = topic;
    if (server !== undefined && !route.isFanout) outgoing.server = server;
    if (msgId !== undefined) outgoing.msgId = msgId;
    return outgoing;
  }

  #send(
    outgoing: OutgoingMessage,
    context: RequestContext,
    expirationMs: number | undefined,
    signal: AbortSignal | undefined,
    call?: ReplyWaiter,
  ): Promise<void> {
    const { retry, atLeastOnce } = this.#settings;
    const isFanout = outgoing.kind === 'fanout';
    return send(this.#transport, outgoing, {
      to: isFanout ? 'fanout' : 'topic',
      isMandatory: atLeastOnce === true && !isFanout,
      expirationMs,
      context,
      retry,
      signal,
      call,
    });
  }

  #ended(context: RequestContext, method: string, msgId: string, startedAt: number, error?: unknown): void {
    const { topic, server } = this.#settings;
    const ms = performance.now() - startedAt;
    diagnostics.reply.publish({
      transport: this.#transport,
      topic,
      server,
      method,
      msgId,
      context,
      ms,
      ...(error === undefined ? {} : { error }),
    });
  }

  #target(): Target {
    const { exchange, topic, namespace, version, server, fanout } = this.#settings;
    return { exchange, topic, namespace, version, server, fanout } as Target; // for the text of an error
  }
}

/** An explicit `undefined` becomes null: JSON would leave it out, and the other side would miss an argument. */
function namedArguments(
  context: RequestContext,
  args: unknown,
  serializer: Serializer | undefined,
): Record<string, unknown> {
  const named: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(args ?? {})) {
    const entity: unknown =
      serializer?.serializeEntity === undefined ? value : serializer.serializeEntity(context, value);
    if (name === '__proto__') setOwn(named, name, entity ?? null);
    else named[name] = entity ?? null;
  }
  return named;
}

function assertVersion(version: string | undefined): void {
  if (version === undefined) return;
  try {
    parseVersion(version);
  } catch (error) {
    throw new InvalidVersion(version, { cause: error });
  }
}
