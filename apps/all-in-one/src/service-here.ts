import type { Started } from '@novasim/service';
import type { ProgramName, RunningService } from './running-service.ts';
import { type LogTarget, loadService } from './services.ts';

/** A service that runs in this process. */
export class ServiceHere implements RunningService {
  readonly name: ProgramName;
  readonly #target: LogTarget;
  #env: NodeJS.ProcessEnv;
  #running: { readonly service: Started; readonly stopping: AbortController } | undefined;

  constructor(name: ProgramName, env: NodeJS.ProcessEnv, target: LogTarget) {
    this.name = name;
    this.#env = env;
    this.#target = target;
  }

  get pid(): number | undefined {
    return this.#running === undefined ? undefined : process.pid;
  }

  get info(): object {
    return this.#running?.service.info ?? {};
  }

  setEnv(env: NodeJS.ProcessEnv): void {
    this.#env = { ...this.#env, ...env };
  }

  /** Loads and starts it. `signal` gives up a start that is still going on. */
  async start(signal?: AbortSignal): Promise<void> {
    const stopping = new AbortController();
    const startService = await loadService(this.name);
    const giveUp = () => stopping.abort(signal?.reason);
    signal?.addEventListener('abort', giveUp, { once: true });
    try {
      signal?.throwIfAborted();
      this.#running = { service: await startService(this.#env, this.#target, stopping.signal), stopping };
    } finally {
      signal?.removeEventListener('abort', giveUp);
    }
  }

  async kill(): Promise<void> {
    throw new Error(`${this.name} has no process of its own to kill: start the cloud in mode "processes"`);
  }

  takeDown(): Promise<void> {
    return this.kill();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async stop(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    running.stopping.abort(new Error(`${this.name} is stopped`));
    await running.service[Symbol.asyncDispose]();
  }
}
