import type { RabbitOptions } from '../options.ts';
import type { Schema } from './schema.ts';

/** What is known of a method beside the names of its arguments. */
export interface MethodInput {
  readonly description?: string;
  /** How it is meant to be asked. Default: `call`. A fanout is a cast to all. */
  readonly kind?: 'call' | 'cast' | 'fanout';
  /** It is asked of one named server, not of any. */
  readonly isToServer?: boolean;
  readonly args?: Readonly<Record<string, Schema>>;
  readonly result?: Schema;
}

/** An endpoint interface and where it is served. */
export interface EndpointInput {
  readonly topic: string;
  readonly namespace?: string;
  /** What it implements. Default `1.0`. */
  readonly version?: string;
  /** As endpoints carry them: `{ sleep: ['seconds', 'value?'] }`. */
  readonly signatures: Readonly<Record<string, readonly string[] | undefined>>;
  readonly description?: string;
  readonly methods?: Readonly<Record<string, MethodInput>>;
}

export interface AsyncApiInput {
  readonly title: string;
  readonly version: string;
  readonly description?: string;
  /** Default: oslo.messaging's, `openstack`. */
  readonly controlExchange?: string;
  /** Those that the servers run with, for the flags of exchanges. */
  readonly options?: Partial<RabbitOptions>;
  /** AsyncAPI's server objects: where a broker is. */
  readonly servers?: Readonly<Record<string, Schema>>;
  readonly endpoints: readonly EndpointInput[];
  /** What `$ref: '#/components/schemas/…'` in the endpoints' schemas names. */
  readonly schemas?: Readonly<Record<string, Schema>>;
}
