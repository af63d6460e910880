import { PythonError, registerRemoteError } from '@novasim/rpc';

/** An exception of an application, which both sides may know: class `PeerError` of Python's module `peer_errors`. */
export class PeerError extends PythonError {
  override readonly module = 'peer_errors';
}

/** Lets clients that allow the module rebuild it. */
export function registerPeerError(): void {
  registerRemoteError(
    'peer_errors',
    'PeerError',
    ({ message, args, kwargs }) => new PeerError(message, { args, kwargs }),
  );
}
