/** What programs need. */

/** What endpoints are made of. */
export { BaseEndpoint } from './base-endpoint.ts';
export { type ClientOptions, type PrepareOverrides, RpcClient } from './client.ts';
export { type ConnectOptions, connect } from './connect.ts';
/** What watches. */
export {
  type ConnectionEvent,
  type DiagnosticEvents,
  type DispatchEvent,
  type DispatchedEvent,
  type NotifiedEvent,
  type NotifyEvent,
  onDiagnostic,
  type PoisonEvent,
  type PublishEvent,
  type ReplyEvent,
  type RequestEvent,
} from './diagnostics.ts';
export { type AccessPolicy, publicMethods } from './dispatcher.ts';
/** What can go wrong. */
export {
  BrokerRefused,
  InvalidOption,
  InvalidTarget,
  InvalidTransportURL,
  InvalidVersion,
  MessageDeliveryFailure,
  MessageTooLarge,
  MessageUndeliverable,
  MessagingError,
  MessagingTimeout,
  NoSuchMethod,
  PoisonMessage,
  ReplyQueueLost,
  RPCVersionCapError,
  TlsFailure,
  TopologyMismatch,
  TransportClosed,
  UnsupportedVersion,
} from './errors.ts';
export { type ErrorClass, expectedErrors } from './expected-errors.ts';
export type { WireError } from './failure.ts';
export { parseJson, stringifyJson } from './json.ts';
/** Notifications. */
export {
  type Notification,
  type NotificationEndpoint,
  type NotificationFilter,
  type NotificationMethod,
  type NotificationPriority,
  type NotificationResult,
  notificationPriorities,
} from './notify/notification.ts';
export {
  type BatchedNotification,
  type NotificationBatchEndpoint,
  type NotificationBatchMethod,
  type NotificationBatchOptions,
  serveNotificationBatches,
} from './notify/notification-batches.ts';
export { type NotificationServeOptions, serveNotifications } from './notify/notification-server.ts';
export { type NotificationDriver, Notifier, type NotifierOptions } from './notify/notifier.ts';
/** What other tools of the bus need. */
export { defaultOptions, type RabbitOptions } from './options.ts';
export {
  AttributeError,
  IndexError,
  KeyError,
  NotImplementedError,
  OSError,
  PythonError,
  RuntimeError,
  ValueError,
} from './python-errors.ts';
export {
  RemoteError,
  type RemoteErrorFactory,
  type RemoteFailure,
  registerRemoteError,
  remoteFailureOf,
} from './remote-errors.ts';
export type { RpcServer } from './rpc-server.ts';
export type { Serializer } from './serializer.ts';
export { type ServeOptions, serve } from './server.ts';
export { type Route, routeOf } from './target.ts';
export type { Transport, TransportEvent } from './transport.ts';
export { type BrokerHost, parseTransportUrl, type TransportUrl } from './transport-url.ts';
export {
  type ArgsOf,
  type Endpoint,
  type EndpointMethod,
  type IncomingRequest,
  type Interceptor,
  type MethodOf,
  noReply,
  type OutgoingMessage,
  type RequestContext,
  type ResultOf,
  type Signatures,
  type Target,
} from './types.ts';
export type { QueueState, UnansweredCall } from './unanswered-call.ts';
export { compatible } from './version.ts';
