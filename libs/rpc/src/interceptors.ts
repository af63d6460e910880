import type { IncomingRequest, Interceptor, OutgoingMessage } from './types.ts';

/** Runs `send` inside every interceptor's `publish`, outermost first. */
export function interceptPublish(
  interceptors: readonly Interceptor[],
  message: OutgoingMessage,
  send: () => Promise<void>,
): Promise<void> {
  return interceptors.reduceRight<() => Promise<void>>(
    (next, interceptor) =>
      interceptor.publish === undefined ? next : async () => interceptor.publish?.(message, next),
    send,
  )();
}

/** Runs `run` inside every interceptor's `dispatch`, outermost first. */
export function interceptDispatch(
  interceptors: readonly Interceptor[],
  request: IncomingRequest,
  run: () => Promise<unknown>,
): Promise<unknown> {
  return interceptors.reduceRight<() => Promise<unknown>>(
    (next, interceptor) =>
      interceptor.dispatch === undefined ? next : async () => interceptor.dispatch?.(request, next),
    run,
  )();
}
