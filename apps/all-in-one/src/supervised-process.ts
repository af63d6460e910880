import { Child, type ChildOptions } from './child.ts';
import type { Report } from './report.ts';
import type { ProgramName, RunningService } from './running-service.ts';

export interface SupervisedOptions extends ChildOptions {
  readonly name: ProgramName;
  /** Whether a process that dies is started again by itself. */
  readonly isRestarted: boolean;
  /** Told of deaths and restarts. */
  readonly report: Report;
  readonly stopDeadlineMs: number;
}

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 10_000;
/** Who has lived so long is healthy: its next death is not the continuation of the last. */
const HEALTHY_AFTER_MS = 10_000;

/** A service process that is started again when it dies, each time later, until it is told to stop. */
export class SupervisedProcess implements RunningService {
  readonly name: ProgramName;
  readonly #options: SupervisedOptions;
  #env: NodeJS.ProcessEnv;
  #child: Child;
  #info: object = {};
  #deaths = 0;
  #isStopping = false;
  #timer: NodeJS.Timeout | undefined;

  /** Starts the process; `ready` tells when it serves. */
  constructor(options: SupervisedOptions) {
    this.name = options.name;
    this.#options = options;
    this.#env = options.env;
    this.#child = this.#start();
  }

  /** @throws {ServiceFailed} when the process that runs now ends before it serves. */
  get ready(): Promise<object> {
    return this.#child.ready;
  }

  get pid(): number | undefined {
    return this.#child.isGone ? undefined : this.#child.pid;
  }

  /** Whether its death would be an accident to make good. */
  get isKeptUp(): boolean {
    return this.#options.isRestarted && !this.#isStopping;
  }

  get info(): object {
    return this.#info;
  }

  /** Variables for later starts, such as the port that the first start got. */
  setEnv(env: NodeJS.ProcessEnv): void {
    this.#env = { ...this.#env, ...env };
  }

  kill(signal: NodeJS.Signals): Promise<void> {
    return this.#child.kill(signal);
  }

  async takeDown(signal: NodeJS.Signals): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#timer);
    if (!this.#child.isGone) await this.#child.kill(signal);
  }

  async restart(): Promise<void> {
    await this.stop();
    this.#isStopping = false;
    this.#child = this.#start();
    await this.#child.ready;
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    clearTimeout(this.#timer);
    await this.#child.stop(this.#options.stopDeadlineMs);
  }

  #start(): Child {
    const child = new Child({ ...this.#options, env: this.#env });
    const startedMs = performance.now();
    let hasServed = false;
    child.ready.then(
      (info) => {
        this.#info = info;
        hasServed = true;
      },
      () => {}, // its end is handled below
    );
    void child.ended.then((end) => {
      // A first start that fails is the business of whoever waits for `ready`.
      if (!this.isKeptUp || (!hasServed && this.#deaths === 0)) return;
      if (performance.now() - startedMs > HEALTHY_AFTER_MS) this.#deaths = 0;
      const delayMs = Math.min(FIRST_DELAY_MS * 2 ** this.#deaths, LONGEST_DELAY_MS);
      this.#deaths += 1;
      this.#options.report({ what: 'service died, starting it again', service: this.name, end, delay_ms: delayMs });
      this.#timer = setTimeout(() => {
        this.#child = this.#start();
      }, delayMs);
    });
    return child;
  }
}
