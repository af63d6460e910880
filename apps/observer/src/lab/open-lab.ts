import { hostname } from 'node:os';
import { type BaseConfig, joinBus, type LabDesk, type Logger, openLabDesk } from '@novasim/service';
import { labView } from './lab-view.ts';

export interface OpenLabDeps {
  readonly config: Pick<BaseConfig, 'transportUrl' | 'rpcResponseTimeoutMs'>;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** The observer's desk in the lab; undefined until it has found its way to the bus. */
export interface ObserverLab extends AsyncDisposable {
  readonly desk: LabDesk | undefined;
  /** Told when the lab is another than it was: not of reports that say the same again. */
  onChange(listener: () => void): void;
}

/**
 * Opens a desk on a connection of its own, without waiting for it: pages are served whether the bus is there or not. Only for
 * an observer that was started with NOVASIM_LAB=1: any other leaves no trace on the bus that it watches.
 */
export function openLab({ config, log, signal }: OpenLabDeps): ObserverLab {
  const { transportUrl, rpcResponseTimeoutMs } = config;
  const ending = new AbortController();
  const deps = { log, signal: AbortSignal.any([signal, ending.signal]) };
  const opened = new AsyncDisposableStack();
  const listeners = new Set<() => void>();
  let desk: LabDesk | undefined;

  async function open(): Promise<void> {
    const transport = await joinBus('nova-observer', { config: { transportUrl, rpcResponseTimeoutMs }, ...deps });
    opened.use(transport);
    desk = opened.use(await openLabDesk(transport, { name: `observer.${hostname()}`, ...deps }));
    tellChanges(desk, () => {
      for (const listener of listeners) listener();
    });
  }
  const opening = open().catch((err: unknown) => {
    if (!deps.signal.aborted) log.error({ err }, 'the lab cannot be reached');
  });
  return {
    get desk() {
      return desk;
    },
    onChange: (listener) => void listeners.add(listener),
    async [Symbol.asyncDispose]() {
      ending.abort(new Error('the observer stops'));
      await opening;
      await opened.disposeAsync();
    },
  };
}

/** Every service reports every two seconds; `seen_ms` alone is no news. */
function tellChanges(desk: LabDesk, changed: () => void): void {
  let last = '';
  desk.onReport(() => {
    const now = JSON.stringify(labView(desk.services), (key, value: unknown) =>
      key === 'seen_ms' ? undefined : value,
    );
    if (now === last) return;
    last = now;
    changed();
  });
}
