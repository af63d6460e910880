import {
  type Attributes,
  type Context,
  context,
  defaultTextMapSetter,
  type MeterProvider,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TextMapGetter,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';
import { onDiagnostic, type ReplyEvent } from '../diagnostics.ts';
import { parseTransportUrl } from '../transport-url.ts';
import type { IncomingRequest, Interceptor, OutgoingMessage } from '../types.ts';
import { attr, type Description, Descriptions, errorTypeOf } from './conventions.ts';
import { Instruments } from './instruments.ts';

/** Where spans and metrics go, and what is said of the broker. */
export interface TelemetryOptions {
  /** Default: the one registered with `@opentelemetry/api`, also when it is registered later. */
  readonly tracerProvider?: TracerProvider;
  /** Default: the one registered with `@opentelemetry/api` when the first message goes or comes. */
  readonly meterProvider?: MeterProvider;
  /** The transport's URL. When it names one host, that is the `server.address` and `server.port` of everything. */
  readonly url?: string;
}

/** An interceptor that speaks OpenTelemetry. Disposing of it ends its listening for replies. */
export interface Telemetry extends Required<Interceptor>, Disposable {}

/**
 * Spans and metrics of all that a transport publishes and dispatches, for `connect(url, { interceptors: [telemetry()] })`.
 * The trace travels in the AMQP headers (`traceparent`), never in the body, so peers of any kind can be in between.
 * A call is a CLIENT span until its answer and a SERVER span at the endpoint; a cast is a PRODUCER span until the broker's
 * confirm and a CONSUMER span. The sender's span is the parent of the receiver's.
 * @throws {InvalidTransportURL}
 */
export function telemetry(options: TelemetryOptions = {}): Telemetry {
  return new TelemetryInterceptor(options);
}

/** How something ended; without `error`, well. */
interface Outcome {
  readonly error?: unknown;
}

interface RunningCall {
  readonly span: Span;
  readonly startedAt: number;
  readonly description: Description;
}

class TelemetryInterceptor implements Telemetry {
  readonly #tracer: Tracer;
  readonly #meterProvider: MeterProvider | undefined;
  readonly #descriptions: Descriptions;
  /** By message id: an interceptor sees a call go, and hears of its answer by the diagnostics channel. */
  readonly #calls = new Map<string, RunningCall>();
  #unlisten: (() => void) | undefined;
  #instruments: Instruments | undefined;

  constructor({ tracerProvider, meterProvider, url }: TelemetryOptions) {
    this.#tracer = (tracerProvider ?? trace).getTracer('@novasim/rpc');
    this.#meterProvider = meterProvider;
    this.#descriptions = new Descriptions(url === undefined ? {} : brokerOf(url));
    this.#unlisten = onDiagnostic('rpc.reply', (event) => this.#answered(event));
  }

  // Written with few promises and objects: this is what every traced message costs.
  publish(message: OutgoingMessage, next: () => Promise<void>): Promise<void> {
    const { kind, msgId } = message;
    if (kind === 'reply' || kind === 'heartbeat') return next(); // part of the call
    const description = this.#descriptions.outgoing(message);
    const isCall = kind === 'call' && msgId !== undefined;
    const span = isCall
      ? this.#start(description, SpanKind.CLIENT, attr.conversationId, msgId, context.active())
      : this.#start(description, SpanKind.PRODUCER, attr.messageId, message.message['_unique_id'], context.active());
    propagation.inject(trace.setSpan(context.active(), span), message.headers, defaultTextMapSetter);
    const startedAt = performance.now();
    const endsWithReply = isCall && this.#unlisten !== undefined;
    if (endsWithReply) this.#calls.set(msgId, { span, startedAt, description });
    const sent = (outcome: Outcome): void => {
      const attributes = withError(description.messaging, outcome);
      this.#meters.sent.add(1, attributes);
      this.#meters.operation.record(secondsSince(startedAt), attributes);
      if (!endsWithReply) end(span, outcome);
    };
    return next().then(
      () => sent({}),
      (error: unknown) => {
        sent({ error });
        throw error;
      },
    );
  }

  async dispatch(request: IncomingRequest, next: () => Promise<unknown>): Promise<unknown> {
    const { kind } = request;
    const description = this.#descriptions.incoming(request);
    // Not the active context: that is the one in which the connection was opened.
    const sender = propagation.extract(ROOT_CONTEXT, request.headers, headerGetter);
    const span =
      kind === 'call'
        ? this.#start(description, SpanKind.SERVER, attr.conversationId, request.msgId, sender)
        : this.#start(description, SpanKind.CONSUMER, attr.messageId, request.uniqueId, sender);
    const startedAt = performance.now();
    let outcome: Outcome = {};
    try {
      return await context.with(trace.setSpan(sender, span), next);
    } catch (error) {
      outcome = { error };
      throw error;
    } finally {
      const seconds = secondsSince(startedAt);
      const { consumed, serverCall, process } = this.#meters;
      consumed.add(1, withError(description.messaging, outcome));
      if (kind === 'call') serverCall.record(seconds, withError(description.rpc, outcome));
      else process.record(seconds, withError(description.messaging, outcome));
      end(span, outcome);
    }
  }

  [Symbol.dispose](): void {
    this.#unlisten?.();
    this.#unlisten = undefined;
    for (const { span } of this.#calls.values()) span.end();
    this.#calls.clear();
  }

  get #meters(): Instruments {
    this.#instruments ??= new Instruments(this.#meterProvider);
    return this.#instruments;
  }

  #start(description: Description, kind: SpanKind, idName: string, id: unknown, parent: Context): Span {
    const attributes: Attributes = { ...description.span };
    if (typeof id === 'string') attributes[idName] = id;
    return this.#tracer.startSpan(description.spanName, { kind, attributes }, parent);
  }

  #answered(event: ReplyEvent): void {
    const call = this.#calls.get(event.msgId);
    if (call === undefined) return; // of a transport that is not watched
    this.#calls.delete(event.msgId);
    const { span, startedAt, description } = call;
    const outcome = 'error' in event ? { error: event.error } : {};
    this.#meters.clientCall.record(secondsSince(startedAt), withError(description.rpc, outcome));
    end(span, outcome);
  }
}

/** AMQP headers are of any type; those of traces are text. */
const headerGetter: TextMapGetter<Readonly<Record<string, unknown>>> = {
  keys: (headers) => Object.keys(headers),
  get: (headers, name) => {
    const value = headers[name];
    return typeof value === 'string' ? value : undefined;
  },
};

function brokerOf(url: string): Attributes {
  const { hosts } = parseTransportUrl(url);
  const [host] = hosts;
  if (host === undefined || hosts.length > 1) return {};
  return { [attr.serverAddress]: host.hostname, [attr.serverPort]: host.port };
}

function withError(attributes: Attributes, outcome: Outcome): Attributes {
  return 'error' in outcome ? { ...attributes, [attr.errorType]: errorTypeOf(outcome.error) } : attributes;
}

function end(span: Span, outcome: Outcome): void {
  if ('error' in outcome) {
    const { error } = outcome;
    span.setAttribute(attr.errorType, errorTypeOf(error));
    span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) });
  }
  span.end();
}

function secondsSince(startedAt: number): number {
  return (performance.now() - startedAt) / 1_000;
}
