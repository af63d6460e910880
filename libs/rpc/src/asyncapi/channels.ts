import type { RabbitOptions } from '../options.ts';
import { fanoutExchangeOf } from '../target.ts';
import type { DescribedMethod } from './described-method.ts';
import type { Schema } from './schema.ts';

/** Key of the channel that a method is asked on. */
export function keyOf({ topic, kind, isToServer }: Pick<DescribedMethod, 'topic' | 'kind' | 'isToServer'>): string {
  if (kind === 'fanout') return fanoutExchangeOf(topic);
  return isToServer ? `${topic}.server` : topic;
}

/** The three channels of each topic, with the messages that are meant to come on them. */
export function channelsOf(
  methods: readonly DescribedMethod[],
  controlExchange: string,
  options: RabbitOptions,
): Record<string, Schema> {
  const control = {
    name: controlExchange,
    type: 'topic',
    durable: options.amqp_durable_queues || options.rabbit_quorum_queue,
    autoDelete: options.amqp_auto_delete,
    vhost: '/',
  };
  const topics = [...new Set(methods.map(({ topic }) => topic))];
  return Object.fromEntries(
    topics.flatMap((topic) => {
      const fanout = {
        name: fanoutExchangeOf(topic),
        type: 'fanout',
        durable: options.rabbit_transient_quorum_queue,
        autoDelete: true,
        vhost: '/',
      };
      return [
        [topic, { address: topic, description: `Any server of ${topic}.`, ...boundTo(control) }],
        [
          `${topic}.server`,
          {
            address: `${topic}.{server}`,
            description: `One server of ${topic} by its name.`,
            parameters: { server: { description: 'The server’s name, usually its host.' } },
            ...boundTo(control),
          },
        ],
        [
          fanout.name,
          { address: fanout.name, description: `Every server of ${topic}; casts only.`, ...boundTo(fanout) },
        ],
      ].map(([key, channel]) => [key, { ...(channel as Schema), messages: messagesOn(String(key), methods) }]); // as listed above
    }),
  );
}

/** Where replies go: the caller's queue, whose name is in the request. */
export function repliesChannel(methods: readonly DescribedMethod[], options: RabbitOptions): Schema {
  const replies = methods.filter(({ kind }) => kind === 'call').map(({ id }) => `${id}.reply`);
  return {
    address: null,
    description: 'A caller’s reply queue, one per program, named by `_reply_q` of the request.',
    messages: references([...replies, 'failure', 'heartbeat']),
    bindings: {
      amqp: {
        is: 'queue',
        queue: { durable: options.rabbit_transient_quorum_queue, exclusive: false, autoDelete: false, vhost: '/' },
        bindingVersion: '0.3.0',
      },
    },
  };
}

function boundTo(exchange: Schema): Schema {
  return { bindings: { amqp: { is: 'routingKey', exchange, bindingVersion: '0.3.0' } } };
}

function messagesOn(key: string, methods: readonly DescribedMethod[]): Record<string, Schema> {
  return references(methods.filter((method) => keyOf(method) === key).map(({ id }) => id));
}

function references(ids: readonly string[]): Record<string, Schema> {
  return Object.fromEntries(ids.map((id) => [id, { $ref: `#/components/messages/${id}` }]));
}
