import { MessagingError, NoSuchMethod, UnsupportedVersion } from './errors.ts';
import { pythonError } from './python-errors.ts';

/** A failure as it came over the wire. */
export interface RemoteFailure {
  /** Class name, without `_Remote`. */
  readonly class: string;
  readonly module: string;
  readonly message: string;
  /** Formatted lines of the remote stack; data, not ours. */
  readonly traceback: readonly string[];
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
}

/** The method failed at the server with an error whose class is not known, or not allowed, here. */
export class RemoteError extends MessagingError {
  override readonly name = 'RemoteError';
  readonly code = 'REMOTE_ERROR';
  readonly excType: string;
  readonly value: string;
  readonly traceback: readonly string[];

  constructor(failure: RemoteFailure) {
    super(`Remote error: ${failure.class} ${failure.message}`);
    this.excType = failure.class;
    this.value = failure.message;
    this.traceback = failure.traceback;
    failures.set(this, failure);
  }
}

/** Makes an error of the application from what travelled; undefined when that is not possible. */
export type RemoteErrorFactory = (failure: RemoteFailure) => Error | undefined;

const failures = new WeakMap<Error, RemoteFailure>();
const factories = new Map<string, RemoteErrorFactory>();

/**
 * Makes failures of class `name` of Python module `module` arrive as the error that `factory` builds, on transports whose
 * `allowedRemoteModules` name the module.
 */
export function registerRemoteError(module: string, name: string, factory: RemoteErrorFactory): void {
  factories.set(`${module}.${name}`, factory);
}

/** What travelled, for an error that a call threw because the server answered with a failure; else undefined. */
export function remoteFailureOf(error: unknown): RemoteFailure | undefined {
  return error instanceof Error ? failures.get(error) : undefined;
}

/** The error for a failure: of its own class when that is allowed and known, else RemoteError. */
export function rebuildError(failure: RemoteFailure, allowedModules: ReadonlySet<string>): Error {
  const isAllowed = failure.module === 'builtins' || allowedModules.has(failure.module);
  const error = (isAllowed ? build(failure) : undefined) ?? new RemoteError(failure);
  failures.set(error, failure);
  return error;
}

function build(failure: RemoteFailure): Error | undefined {
  const factory = factories.get(`${failure.module}.${failure.class}`);
  if (factory === undefined && failure.module === 'builtins') {
    return pythonError(failure.class, failure.message, failure.args, failure.kwargs);
  }
  try {
    const error = factory?.(failure);
    return error instanceof Error ? error : undefined;
  } catch {
    return undefined; // as oslo: a class that cannot be built from what travelled becomes RemoteError
  }
}

const dispatcher = 'oslo_messaging.rpc.dispatcher';
registerRemoteError(dispatcher, 'NoSuchMethod', ({ message }) => {
  const method = /RPC method (.*)$/s.exec(message)?.[1];
  return method === undefined ? undefined : new NoSuchMethod(method);
});
registerRemoteError(dispatcher, 'UnsupportedVersion', ({ message }) => {
  const match = /RPC version (.*)\. Attempted method: (.*)$/s.exec(message);
  return match === null ? undefined : new UnsupportedVersion(match[1] ?? '', match[2] ?? '');
});
