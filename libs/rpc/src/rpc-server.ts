/** A running server. */
export interface RpcServer extends AsyncDisposable {
  /** Takes no more requests; what was handed over and not started goes back to the broker. */
  stop(): Promise<void>;
  /**
   * Resolves when, after `stop`, all running methods have ended and replied, and the fanout queue is deleted.
   * An aborted signal ends the waiting, with its reason, not the methods.
   */
  wait(options?: { signal?: AbortSignal }): Promise<void>;
  /** `stop`, then `wait`. */
  close(options?: { signal?: AbortSignal }): Promise<void>;
}
