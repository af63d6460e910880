import { portNear } from './ports.ts';
import type { Report } from './report.ts';
import { ServiceHere } from './service-here.ts';
import { programOf } from './services.ts';
import { type SupervisedOptions, SupervisedProcess } from './supervised-process.ts';

/** The observer of a cloud: beside it, not of it. The cloud is ready without it, and stays up when it does not. */
export interface Watching extends AsyncDisposable {
  /** Where its pages are, or will be in a moment. */
  readonly url: string;
  /** Resolves when it serves, or has failed and said so. */
  readonly settled: Promise<void>;
}

export interface WatchingOptions extends Omit<SupervisedOptions, 'name' | 'entry' | 'report'> {
  readonly isOwnProcess: boolean;
  /** Where it is taken, a free one is taken instead. */
  readonly port: number;
  readonly report: Report;
  readonly isColoured: boolean;
}

const HOST = '127.0.0.1';

/**
 * What the observer remembers fills its budget and stays so: a heap that may grow to twice that before it is swept only costs
 * memory (measured at the default budget: 110 MB of heap instead of 185, for 4 µs more a message).
 */
const STEADY_HEAP = ['--heap-growing-percent=20'] as const;

/** Starts the observer of a cloud that is up, and does not wait for it. */
export async function startWatching({
  isOwnProcess,
  port,
  env: given,
  ...options
}: WatchingOptions): Promise<Watching> {
  const { print, report, isColoured } = options;
  const found = await portNear(port, HOST);
  if (found !== port && port !== 0)
    report({ what: 'OBSERVER_PORT is taken, the observer takes another', taken: port, port: found });
  const env = { ...given, OBSERVER_PORT: String(found) };
  const observer = isOwnProcess
    ? new SupervisedProcess({ ...options, name: 'observer', entry: programOf('observer'), env, nodeFlags: STEADY_HEAP })
    : new ServiceHere('observer', env, { print, isColoured });
  const starting = observer instanceof ServiceHere ? observer.start() : observer.ready.then(() => {});
  const settled = starting.catch((error: unknown) => {
    report({ what: 'the observer did not start', service: 'observer', err: error });
  });
  return {
    url: `http://${HOST}:${found}`,
    settled,
    async [Symbol.asyncDispose]() {
      if (observer instanceof ServiceHere) await settled; // what is half open cannot be closed
      await observer.stop();
    },
  };
}
