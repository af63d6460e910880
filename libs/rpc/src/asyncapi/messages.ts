/** The keys of requests and replies of oslo.messaging, without the envelope around them. */
import type { DescribedMethod } from './described-method.ts';
import type { Schema } from './schema.ts';

const id32: Schema = { type: 'string', pattern: '^[0-9a-f]{32}$' };

/** What every request and reply has, for `$ref`. */
export const commonSchemas: Readonly<Record<string, Schema>> = {
  'oslo.request': {
    type: 'object',
    description:
      'Travels as the text `oslo.message` of `{"oslo.version": "2.0", "oslo.message": "…"}`. Each key of the context is `_context_<key>`.',
    required: ['method', 'args', '_unique_id'],
    properties: {
      method: { type: 'string' },
      args: { type: 'object' },
      version: { type: 'string', description: 'Least version that is asked for; absent means 1.0.' },
      namespace: { type: 'string' },
      _unique_id: { ...id32, description: 'Tells a message that comes twice.' },
    },
    patternProperties: { '^_context_': {} },
  },
  'oslo.call': {
    allOf: [{ $ref: '#/components/schemas/oslo.request' }],
    required: ['_msg_id', '_reply_q', '_timeout'],
    properties: {
      _msg_id: { ...id32, description: 'Names the call in its reply.' },
      _reply_q: { type: 'string', description: 'Queue that the reply goes to.' },
      _timeout: {
        type: ['number', 'null'],
        description: 'Seconds between two heartbeats that the caller asks for; null for none.',
      },
    },
  },
  'oslo.reply': {
    type: 'object',
    required: ['result', 'failure', 'ending', '_msg_id', '_unique_id'],
    properties: {
      result: {},
      failure: { type: ['string', 'null'] },
      ending: { type: 'boolean' },
      _msg_id: id32,
      _unique_id: id32,
    },
  },
  'oslo.failure': {
    type: 'object',
    required: ['class', 'module', 'message', 'tb', 'args', 'kwargs'],
    properties: {
      class: { type: 'string' },
      module: { type: 'string' },
      message: { type: 'string' },
      tb: { type: 'array', items: { type: 'string' } },
      args: { type: 'array' },
      kwargs: { type: 'object' },
    },
  },
};

/** A method that failed: any call may be answered by it. */
export const failureMessage: Schema = {
  name: 'failure',
  summary: 'The method failed.',
  payload: {
    allOf: [{ $ref: '#/components/schemas/oslo.reply' }],
    properties: {
      result: { type: 'null' },
      failure: { type: 'string', description: 'JSON text of `oslo.failure`.', contentMediaType: 'application/json' },
      ending: { const: true },
    },
  },
};

/** A sign of life while the method of a monitored call runs. */
export const heartbeatMessage: Schema = {
  name: 'heartbeat',
  summary: 'The method still runs; sent when `_timeout` asks for it.',
  payload: {
    allOf: [{ $ref: '#/components/schemas/oslo.reply' }],
    properties: { result: { type: 'null' }, failure: { type: 'null' }, ending: { const: false } },
  },
};

/** The request to a method. */
export function requestMessage(method: DescribedMethod): Schema {
  const { name, kind, namespace, version, description, args, requiredArgs } = method;
  const properties = {
    method: { const: name },
    args: { type: 'object', properties: args, required: requiredArgs, additionalProperties: false },
    version: { type: 'string', description: `At most ${version} and of its major.` },
    ...(namespace === undefined ? {} : { namespace: { const: namespace } }),
  };
  return {
    name,
    title: name,
    ...(description === undefined ? {} : { summary: description }),
    payload: {
      allOf: [{ $ref: `#/components/schemas/${kind === 'call' ? 'oslo.call' : 'oslo.request'}` }],
      ...(namespace === undefined ? {} : { required: ['namespace'] }),
      properties,
    },
  };
}

/** The answer to a call. */
export function replyMessage({ name, result }: DescribedMethod): Schema {
  return {
    name: `${name}.reply`,
    title: `what ${name} answers`,
    payload: {
      allOf: [{ $ref: '#/components/schemas/oslo.reply' }],
      properties: { result, failure: { type: 'null' }, ending: { const: true } },
    },
  };
}
