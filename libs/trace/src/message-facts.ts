import type { HopKind } from './flow.ts';
import { namedInstances } from './named-instances.ts';
import { readText, topLevel } from './top-level.ts';

/** What is kept of every message beside its text: enough to sort it into its flow without reading it a second time. */
export interface MessageFacts {
  readonly kind: HopKind;
  readonly method?: string;
  /** `Instance.save` of an `object_action`. */
  readonly about?: string;
  readonly namespace?: string;
  readonly version?: string;
  readonly msg_id?: string;
  readonly unique_id?: string;
  readonly reply_queue?: string;
  readonly request_id?: string;
  readonly instance_uuids: readonly string[];
  /** Replies that failed: class and text. */
  readonly error?: string;
  /** Monitored calls: how long the caller waits between two heartbeats. */
  readonly monitor_ms?: number;
  /** The host that the arguments name; what a service sends of itself has its own there. */
  readonly host?: string;
  readonly event_type?: string;
  readonly publisher_id?: string;
}

/** Where the message was sent, as far as it matters for what it is. */
export interface Address {
  readonly exchange: string;
  readonly routing_key: string;
}

/** Reads a body of oslo.messaging (envelope 2.0 or bare), of a notification, or of anybody else (`other`). Never throws. */
export function readFacts(body: string, address: Address): MessageFacts {
  const message = innerFields(body);
  if (message === undefined) return NOBODYS;
  if (message.get('method')?.startsWith('"')) return request(message, address);
  if (message.has('event_type') && message.has('payload')) return notification(message);
  if (message.has('result') && message.has('failure')) return reply(message, address);
  return { ...NOBODYS, ...ids(message) };
}

/** The fields of the message proper, inside its envelope where it has one. */
export function innerFields(body: string): ReadonlyMap<string, string> | undefined {
  const outer = topLevel(body);
  const inner = readText(outer?.get('oslo.message'));
  return inner === undefined ? outer : topLevel(inner);
}

const NOBODYS: MessageFacts = { kind: 'other', instance_uuids: [] };
const FANOUT_SUFFIX = '_fanout';

type Fields = ReadonlyMap<string, string>;

function request(message: Fields, { exchange }: Address): MessageFacts {
  const monitorSeconds = Number(message.get('_timeout'));
  const isCall = readText(message.get('_msg_id')) !== undefined;
  return {
    kind: isCall ? 'call' : exchange.endsWith(FANOUT_SUFFIX) ? 'fanout' : 'cast',
    ...ids(message),
    ...text(message, 'method', 'method'),
    ...text(message, 'namespace', 'namespace'),
    ...text(message, 'version', 'version'),
    ...text(message, '_reply_q', 'reply_queue'),
    ...(monitorSeconds > 0 && { monitor_ms: monitorSeconds * 1000 }),
    ...argsFacts(message),
  };
}

function argsFacts(message: Fields): Pick<MessageFacts, 'about' | 'host' | 'instance_uuids'> {
  const args = topLevel(message.get('args') ?? '');
  const host = readText(args?.get('host') ?? args?.get('host_name'));
  return {
    ...(host !== undefined && { host }),
    ...(message.get('method')?.startsWith('"object_') && aboutOf(args)),
    instance_uuids: namedInstances(args, message.get('args')),
  };
}

/** Nova's objects save and find themselves by two methods; what matters is in their arguments. */
function aboutOf(args: Fields | undefined): { readonly about?: string } {
  const name =
    readText(args?.get('objname')) ?? readText(topLevel(args?.get('objinst') ?? '')?.get('nova_object.name'));
  const method = readText(args?.get('objmethod'));
  return method === undefined ? {} : { about: `${name ?? ''}.${method}` };
}

function reply(message: Fields, address: Address): MessageFacts {
  const failure = message.get('failure');
  const isEnd = message.get('ending') !== 'false' || message.get('result') !== 'null' || failure !== 'null';
  const error = failure === 'null' || failure === undefined ? undefined : errorOf(failure);
  return {
    kind: isEnd ? 'reply' : 'heartbeat',
    ...ids(message),
    ...(!message.has('_msg_id') && legacyMsgId(address)),
    ...(error !== undefined && { error }),
    instance_uuids: [],
  };
}

/** Before oslo.messaging each call had a direct exchange of its own, named by the message's id. */
function legacyMsgId({ exchange, routing_key }: Address): { readonly msg_id?: string } {
  return exchange === routing_key && exchange !== '' ? { msg_id: exchange } : {};
}

/** `NoValidHost: No valid host was found.`; the failure travels as JSON in a text. */
function errorOf(failure: string): string {
  const fields = topLevel(readText(failure) ?? failure);
  if (fields === undefined) return readText(failure) ?? failure.slice(0, ERROR_LENGTH);
  const name = readText(fields.get('class')) ?? 'error';
  const message = readText(fields.get('message')) ?? '';
  return (message === '' ? name : `${name}: ${message}`).slice(0, ERROR_LENGTH);
}

const ERROR_LENGTH = 500;

function notification(message: Fields): MessageFacts {
  const payload = topLevel(message.get('payload') ?? '');
  const requestId = readText(message.get('_context_request_id')) ?? readText(payload?.get('request_id'));
  return {
    kind: 'notification',
    ...ids(message),
    ...(requestId !== undefined && { request_id: requestId }),
    ...text(message, 'event_type', 'event_type'),
    ...text(message, 'publisher_id', 'publisher_id'),
    instance_uuids: namedInstances(payload, message.get('payload')),
  };
}

function ids(message: Fields): Pick<MessageFacts, 'msg_id' | 'unique_id' | 'request_id'> {
  return {
    ...text(message, '_msg_id', 'msg_id'),
    ...text(message, '_unique_id', 'unique_id'),
    ...text(message, '_context_request_id', 'request_id'),
  };
}

function text<N extends string>(message: Fields, key: string, name: N): { [K in N]?: string } {
  const value = readText(message.get(key));
  return (value !== undefined && value !== '' ? { [name]: value } : {}) as { [K in N]?: string }; // the key is N by construction
}
