import type { EndpointMethod } from './types.ts';

/** A class of errors. */
export type ErrorClass = abstract new (...args: never[]) => Error;

const expectedOf = new WeakMap<object, readonly ErrorClass[]>();

/**
 * Marks a method's errors as part of its contract: on the wire they look like all others, but who logs is told that they
 * are no fault of the server. `fail = expectedErrors([NotFound], (ctx, args) => …)`
 */
export function expectedErrors<M extends EndpointMethod>(classes: readonly ErrorClass[], method: M): M {
  expectedOf.set(method, classes);
  return method;
}

/** Whether `method` declared such an error as expected. */
export function isExpected(method: object, error: unknown): boolean {
  return (expectedOf.get(method) ?? []).some((type) => error instanceof type);
}
