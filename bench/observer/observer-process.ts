import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { StatusView } from '../../apps/observer/src/status-view.ts';
import { freePorts } from '../../libs/testkit/src/free-ports.ts';
import { until } from '../../libs/testkit/src/index.ts';
import { endOf } from './end-of.ts';

const MAIN = fileURLToPath(new URL('../../apps/observer/src/observe.mjs', import.meta.url));

/** An observer as people start it. */
export interface ObserverProcess extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  status(): Promise<StatusView>;
  /** Waits until it has seen so many messages. @throws when it says that it missed some */
  seen(messages: number, withinMs?: number): Promise<void>;
}

/** Starts one and waits until it hears the bus. */
export async function startObserverProcess(
  bus: { readonly url: string; readonly managementUrl: string },
  env: NodeJS.ProcessEnv = {},
): Promise<ObserverProcess> {
  const [port = 0] = await freePorts(1);
  const child = spawn(process.execPath, [MAIN], {
    env: {
      ...process.env,
      TRANSPORT_URL: bus.url,
      MANAGEMENT_URL: bus.managementUrl,
      OBSERVER_PORT: String(port),
      LOG_LEVEL: 'error',
      ...env,
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const gone = endOf(child, 'the observer');
  const url = `http://127.0.0.1:${port}`;
  const status = () => statusOf(url);
  const observer: ObserverProcess = {
    url,
    pid: child.pid ?? 0,
    status,
    async seen(messages, withinMs = 60_000) {
      const isSeen = async () => {
        const { memory, gaps } = await status();
        return memory.seen_messages >= messages || gaps[0];
      };
      const looking = until(isSeen, { withinMs, everyMs: 20, what: `${messages} messages to be seen` });
      const seen = await Promise.race([gone, looking]);
      if (seen !== true) throw new Error(`the observer missed something: ${seen.why}`);
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await gone.catch(() => {});
    },
  };
  await Promise.race([gone, untilHearing(url)]);
  return observer;
}

/** Waits until the observer there listens to a firehose that is on. */
export async function untilHearing(url: string): Promise<void> {
  const isHearing = async () => {
    const { tap, tracing } = await statusOf(url);
    return tap.state === 'listening' && tracing.state === 'on';
  };
  await until(isHearing, { withinMs: 30_000, everyMs: 50, what: 'the observer to hear the bus' });
}

/** What an observer says of itself. */
export async function statusOf(url: string): Promise<StatusView> {
  return (await (await fetch(`${url}/api/status`)).json()) as StatusView; // what its OpenAPI document says
}
