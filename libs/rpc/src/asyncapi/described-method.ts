import type { EndpointInput } from './input.ts';
import type { Schema } from './schema.ts';

/** A method with all that the document says of it. */
export interface DescribedMethod {
  /** `topic.method`, or `topic.namespace.method`. */
  readonly id: string;
  readonly name: string;
  readonly topic: string;
  readonly namespace: string | undefined;
  readonly version: string;
  readonly kind: 'call' | 'cast' | 'fanout';
  readonly isToServer: boolean;
  readonly description: string | undefined;
  readonly args: Readonly<Record<string, Schema>>;
  readonly requiredArgs: readonly string[];
  readonly result: Schema;
}

/** The methods of one endpoint, in the order of its signatures. */
export function methodsOf(endpoint: EndpointInput): DescribedMethod[] {
  const { topic, namespace, version = '1.0', signatures } = endpoint;
  return Object.entries(signatures).map(([name, signature = []]) => {
    const { kind = 'call', isToServer = false, description, args = {}, result = {} } = endpoint.methods?.[name] ?? {};
    const names = signature.map((argument) => argument.replace(/\?$/, ''));
    return {
      id: [topic, ...(namespace === undefined ? [] : [namespace]), name].join('.'),
      name,
      topic,
      namespace,
      version,
      kind,
      isToServer,
      description,
      args: Object.fromEntries(names.map((argument) => [argument, args[argument] ?? {}])),
      requiredArgs: signature.filter((argument) => !argument.endsWith('?')),
      result,
    };
  });
}
