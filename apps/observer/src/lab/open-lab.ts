import { hostname } from 'node:os';
import { type BaseConfig, joinBus, type LabDesk, type Logger, openLabDesk } from '@novasim/service';

export interface OpenLabDeps {
  readonly config: Pick<BaseConfig, 'transportUrl' | 'rpcResponseTimeoutMs'>;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/**
 * The observer's desk in the lab, on a connection of its own. Only for an observer that was started with NOVASIM_LAB=1: any
 * other leaves no trace on the bus that it watches.
 */
export async function openLab({
  config,
  log,
  signal,
}: OpenLabDeps): Promise<AsyncDisposable & { readonly desk: LabDesk }> {
  await using opened = new AsyncDisposableStack();
  const { transportUrl, rpcResponseTimeoutMs } = config;
  const bus = { transportUrl, rpcResponseTimeoutMs };
  const transport = opened.use(await joinBus('nova-observer', { config: bus, log, signal }));
  const desk = opened.use(await openLabDesk(transport, { name: `observer.${hostname()}`, log, signal }));
  const closing = opened.move();
  return { desk, [Symbol.asyncDispose]: () => closing.disposeAsync() };
}
