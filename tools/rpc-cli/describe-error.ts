import {
  BrokerRefused,
  InvalidTarget,
  InvalidVersion,
  MessageDeliveryFailure,
  MessageUndeliverable,
  MessagingTimeout,
  RemoteError,
  RPCVersionCapError,
  remoteFailureOf,
  type Target,
} from '@novasim/rpc';

/** An error of a request, as the command prints it. */
export interface DescribedError {
  readonly kind: 'remote' | 'timeout' | 'delivery' | 'undeliverable' | 'version_cap' | 'target' | 'other';
  readonly class: string;
  readonly message: string;
  /** Of remote ones: arrived as its own class. */
  readonly rebuilt?: boolean;
}

/** What went wrong with a request, in classes and words of oslo.messaging where it has them. */
export function describeError(error: unknown, { version, cap }: { version?: string; cap?: string }): DescribedError {
  const failure = remoteFailureOf(error);
  if (failure !== undefined) {
    const { class: name, message } = failure;
    return { kind: 'remote', class: name, message, rebuilt: !(error instanceof RemoteError) };
  }
  if (error instanceof MessagingTimeout) return named('timeout', error);
  if (error instanceof MessageDeliveryFailure) {
    return { kind: 'delivery', class: 'MessageDeliveryFailure', message: error.message };
  }
  if (error instanceof MessageUndeliverable) {
    const { exchange, routingKey, name } = error;
    return { kind: 'undeliverable', class: name, message: `exchange=${exchange} routing_key=${routingKey}` };
  }
  if (error instanceof RPCVersionCapError) {
    const message =
      `Requested message version, ${version ?? 'None'} is incompatible.  It needs to be equal in major version and ` +
      `less than or equal in minor version as the specified version cap ${cap}.`;
    return { kind: 'version_cap', class: error.name, message };
  }
  if (error instanceof InvalidTarget) {
    const { target, name } = error;
    const reason = target.fanout === true ? 'A call cannot be used with fanout' : 'A topic is required to send';
    return { kind: 'target', class: name, message: `${reason}:${targetText(target)}` };
  }
  if (error instanceof InvalidVersion) {
    const message = `Version must contain a major and minor integer. Got ${error.version}`;
    return { kind: 'other', class: 'MessagingException', message };
  }
  if (error instanceof BrokerRefused) return named('other', error);
  return error instanceof Error
    ? named('other', error)
    : { kind: 'other', class: typeof error, message: String(error) };
}

function named(kind: DescribedError['kind'], { name, message }: Error): DescribedError {
  return { kind, class: name, message };
}

/** A target as oslo.messaging shows it: what is set, in its own order. */
function targetText({ exchange, topic, namespace, version, server, fanout }: Target): string {
  const attributes = Object.entries({ exchange, topic, namespace, version, server, fanout })
    .filter(([, value]) => value !== undefined && value !== '' && value !== false)
    .map(([name, value]) => `${name}=${value === true ? 'True' : value}`);
  return `<Target ${attributes.join(', ')}>`;
}
