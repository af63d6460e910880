import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Services of which a second one may stand beside the first, on the same topic; of compute, another host. */
export type Doubled = 'conductor' | 'scheduler' | 'network' | 'compute';

/** Starts one more process of a service. It ends with what it was started for; whether it serves, the lab sees. */
export function startSecond(service: Doubled, env: NodeJS.ProcessEnv): AsyncDisposable {
  const program = fileURLToPath(new URL(`../../apps/${service}/src/main.ts`, import.meta.url));
  const child = spawn(process.execPath, [program], { env, stdio: 'ignore' });
  const gone = once(child, 'exit');
  return {
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await gone;
    },
  };
}
