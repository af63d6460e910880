import type { Target } from './types.ts';
import { describeQueue, describeRequest, targetOf, type UnansweredCall } from './unanswered-call.ts';

/** Base of every error this library throws. `retryable`: sending again may succeed. */
export abstract class MessagingError extends Error {
  abstract readonly code: string;
  readonly retryable: boolean = false;
}

/** No reply within the time. The remote work may still be going on. */
export class MessagingTimeout extends MessagingError {
  override readonly name = 'MessagingTimeout';
  readonly code = 'MESSAGING_TIMEOUT';
  override readonly retryable = true;
  readonly call: UnansweredCall;

  constructor(call: UnansweredCall, options?: ErrorOptions) {
    const what = call.isMonitor === true ? 'no reply or heartbeat' : 'no reply';
    const known = describeRequest(call) + describeQueue(call);
    super(`${what} from ${targetOf(call)} to ${call.method} within ${call.timeoutMs} ms (${known})`, options);
    this.call = call;
  }
}

/** The queue for replies was gone after a connection was lost, so no answer can be waited for. The method may have run. */
export class ReplyQueueLost extends MessagingError {
  override readonly name = 'ReplyQueueLost';
  readonly code = 'REPLY_QUEUE_LOST';
  override readonly retryable = true;
  readonly call: UnansweredCall;
  readonly queue: string;

  constructor(call: UnansweredCall, queue: string) {
    super(
      `no reply from ${targetOf(call)} to ${call.method} can come any more: reply queue '${queue}' was gone when it was to be ` +
        `consumed again (${describeRequest(call)})`,
    );
    this.call = call;
    this.queue = queue;
  }
}

/** The broker did not take the message: retries used up, refused, or the channel was closed because of it. */
export class MessageDeliveryFailure extends MessagingError {
  override readonly name: string = 'MessageDeliveryFailure';
  readonly code: string = 'MESSAGE_DELIVERY_FAILURE';
  override readonly retryable: boolean = true;
}

/** The message is larger than the broker's `max_message_size` (RabbitMQ 4: 16 MiB, 3: 128 MiB). */
export class MessageTooLarge extends MessageDeliveryFailure {
  override readonly name = 'MessageTooLarge';
  override readonly code = 'MESSAGE_TOO_LARGE';
  override readonly retryable = false;
}

/** A mandatory message came back because no queue is bound for it (312 NO_ROUTE). */
export class MessageUndeliverable extends MessagingError {
  override readonly name = 'MessageUndeliverable';
  readonly code = 'MESSAGE_UNDELIVERABLE';
  override readonly retryable = true;
  readonly exchange: string;
  readonly routingKey: string;

  constructor(exchange: string, routingKey: string, reason = 'NO_ROUTE') {
    super(`no queue takes messages from exchange '${exchange}' with routing key '${routingKey}' (${reason})`);
    this.exchange = exchange;
    this.routingKey = routingKey;
  }
}

/** The request's version is above the cap of the client, which knows that older servers may be there. */
export class RPCVersionCapError extends MessagingError {
  override readonly name = 'RPCVersionCapError';
  readonly code = 'RPC_VERSION_CAP';

  constructor(version: string | undefined, cap: string) {
    super(`requested message version, ${version ?? 'none'}, is incompatible with the version cap ${cap}`);
  }
}

/** The target cannot be used for what was asked, for example a call by fanout. */
export class InvalidTarget extends MessagingError {
  override readonly name = 'InvalidTarget';
  readonly code = 'INVALID_TARGET';
  readonly target: Target;

  constructor(reason: string, target: Target) {
    super(`${reason}: ${JSON.stringify(target)}`);
    this.target = target;
  }
}

/** A version text that does not parse into integers. */
export class InvalidVersion extends MessagingError {
  override readonly name = 'InvalidVersion';
  readonly code = 'INVALID_VERSION';
  /** The text. */
  readonly version: string;

  constructor(version: string, options?: ErrorOptions) {
    super(`version '${version}' is not of the form major.minor with integers`, options);
    this.version = version;
  }
}

/** No endpoint that matches the request has its method. Class and module as oslo.messaging sends them. */
export class NoSuchMethod extends MessagingError {
  override readonly name = 'NoSuchMethod';
  readonly code = 'NO_SUCH_METHOD';
  readonly module = 'oslo_messaging.rpc.dispatcher';
  readonly method: string;

  constructor(method: string) {
    super(`Endpoint does not support RPC method ${method}`);
    this.method = method;
  }
}

/** No endpoint has the namespace and a version that fits. Class and module as oslo.messaging sends them. */
export class UnsupportedVersion extends MessagingError {
  override readonly name = 'UnsupportedVersion';
  readonly code = 'UNSUPPORTED_VERSION';
  readonly module = 'oslo_messaging.rpc.dispatcher';
  readonly version: string;

  constructor(version: string, method: string) {
    super(`Endpoint does not support RPC version ${version}. Attempted method: ${method}`);
    this.version = version;
  }
}

/** The transport was closed before the operation ended. */
export class TransportClosed extends MessagingError {
  override readonly name = 'TransportClosed';
  readonly code = 'TRANSPORT_CLOSED';
}

/** The broker refused credentials or virtual host; trying again does not help. */
export class BrokerRefused extends MessagingError {
  override readonly name = 'BrokerRefused';
  readonly code = 'BROKER_REFUSED';
}

/** A connection with TLS cannot be made: the broker is not to be trusted, does not trust us, or does not speak it. */
export class TlsFailure extends MessagingError {
  override readonly name = 'TlsFailure';
  readonly code = 'TLS_FAILURE';
  /** `host:port` of the broker. */
  readonly host: string;
  /** The driver option to look at; undefined when it is the broker that must be mended. */
  readonly option: string | undefined;

  constructor(host: string, option: string | undefined, reason: string, options?: ErrorOptions) {
    super(`no TLS with ${host}: ${reason}${option === undefined ? '' : `; see option ${option}`}`, options);
    this.host = host;
    this.option = option;
  }
}

/** An exchange or queue exists with other flags than ours (406). The broker's words name the flag. */
export class TopologyMismatch extends MessageDeliveryFailure {
  override readonly name = 'TopologyMismatch';
  override readonly code = 'TOPOLOGY_MISMATCH';
  override readonly retryable = false;
}

/** A transport URL that cannot be read. */
export class InvalidTransportURL extends MessagingError {
  override readonly name = 'InvalidTransportURL';
  readonly code = 'INVALID_TRANSPORT_URL';
}

/** An option of the driver, or of a client, that is unknown, has a wrong value, or is not available here. */
export class InvalidOption extends MessagingError {
  override readonly name = 'InvalidOption';
  readonly code = 'INVALID_OPTION';
}

/** A message that cannot be read or dispatched. */
export class PoisonMessage extends MessagingError {
  override readonly name = 'PoisonMessage';
  readonly code = 'POISON_MESSAGE';
}
