import { type Interceptor, serve, type Transport } from '@novasim/rpc';
import { LAB_TOPIC, LabAPI, LabDeskAPI } from '@novasim/rpcapi';
import type { Logger } from '../logger.ts';
import { HeldMessages } from './held-messages.ts';
import { labInterceptor } from './interceptor.ts';
import { LabManager, type LabManagerDeps, statusOf } from './lab-manager.ts';
import type { LabProps } from './lab-props.ts';
import type { LabSeer } from './matches.ts';
import { Rules } from './rules.ts';

/** A desk that was not heard of for so long is gone, and nothing is reported to nobody. */
const DESK_GONE_MS = 10_000;

export interface LabOptions {
  readonly seer: LabSeer & { readonly host: string };
  readonly props: LabProps;
  readonly log: Logger;
  /** Aborts when the service stops: what is held goes on. */
  readonly signal: AbortSignal;
}

/** A service's part of the lab: the interceptor is needed to connect, and the rest once that is done. */
export class Lab {
  readonly interceptor: Interceptor;
  readonly #options: LabOptions;
  readonly #rules: Rules;
  readonly #held: HeldMessages;
  #transport: Transport | undefined;
  #deskSeenMs = Number.NEGATIVE_INFINITY;
  #isReporting = false;

  constructor(options: LabOptions) {
    const { seer, log, signal } = options;
    this.#options = options;
    this.#rules = new Rules(seer);
    this.#held = new HeldMessages(() => this.#report());
    this.interceptor = labInterceptor({
      rules: this.#rules,
      held: this.#held,
      applied: ({ id }) => {
        this.#tell((transport) => new LabAPI(transport).lab_rule_spent(id, seer.name));
        this.#report();
      },
      log,
    });
    signal.addEventListener('abort', () => this.#held.end(), { once: true });
  }

  /** Answers to desks, until the transport closes. */
  async serve(transport: Transport): Promise<void> {
    this.#transport = transport;
    const { seer, signal } = this.#options;
    const manager = new LabManager(this.#deps(transport));
    await serve(transport, { topic: LAB_TOPIC, server: seer.name }, [manager], { signal });
    this.#deskSeenMs = performance.now(); // a desk that is there need not ask again
    this.#report();
  }

  #deps(transport: Transport): LabManagerDeps {
    const { seer, props } = this.#options;
    return {
      seer,
      props,
      rules: this.#rules,
      held: this.#held,
      transport,
      report: (how) => {
        if (how === 'announced') this.#deskSeenMs = performance.now();
        this.#report();
      },
    };
  }

  /** Soon, once for all that changes in this turn. */
  #report(): void {
    if (this.#isReporting || performance.now() - this.#deskSeenMs > DESK_GONE_MS) return;
    this.#isReporting = true;
    setImmediate(() => {
      this.#isReporting = false;
      this.#tell((transport) => new LabDeskAPI(transport).report_lab(statusOf(this.#deps(transport))));
    });
  }

  /** News that cannot be told are told with the next. */
  #tell(send: (transport: Transport) => Promise<void>): void {
    const { log, signal } = this.#options;
    if (this.#transport === undefined || signal.aborted) return;
    send(this.#transport).catch((err: unknown) => log.debug({ err }, 'lab could not report'));
  }
}
