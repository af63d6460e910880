import type { ManagementStatus } from '../status.ts';
import { type ManagementApi, ManagementFault } from './management-api.ts';
import { Tracing, type TracingStatus } from './tracing.ts';

const OTHERWISE = 'what travels is seen only if somebody turns the firehose on (rabbitmqctl trace_on -p VHOST)';

/** Keeps the firehose on. In a cluster each node has a switch of its own, and each management API turns that of its node. */
export class FirehoseSwitch {
  readonly #apis: readonly ManagementApi[];
  readonly #nodes: readonly Tracing[];
  #management: ManagementStatus = { state: 'unknown' };
  #running: Promise<number | undefined> | undefined;
  #isFlowing = false;

  constructor(apis: readonly ManagementApi[]) {
    this.#apis = apis;
    this.#nodes = apis.map((api) => new Tracing(api));
  }

  get management(): ManagementStatus {
    return this.#management;
  }

  /** On when every node says so, or when what travels is seen. */
  get tracing(): TracingStatus {
    const all = this.#nodes.map(({ status }) => status);
    const was_on = all.every((one) => one.was_on !== undefined) ? all.some((one) => one.was_on) : undefined;
    const isOff = all.some(({ state }) => state === 'off');
    const isOn = all.every(({ state }) => state === 'on') || (this.#isFlowing && !isOff);
    return { state: isOff ? 'off' : isOn ? 'on' : 'unknown', ...(was_on !== undefined && { was_on }) };
  }

  /** Something that travelled was seen. */
  flows(): void {
    this.#isFlowing = true;
  }

  /** Turns it on where it is off. Answers since when it may have been off somewhere where it had been on. Never rejects. */
  ensure(): Promise<number | undefined> {
    this.#running ??= this.#ensure().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** As it was before. @throws {ManagementFault} */
  async restore(): Promise<void> {
    await this.#running;
    await Promise.all(this.#nodes.map((node) => node.restore()));
  }

  async #ensure(): Promise<number | undefined> {
    const results = await Promise.allSettled(this.#nodes.map((node) => node.ensure()));
    const faults = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    const [fault] = faults;
    this.#management = fault === undefined ? { state: 'ok', url: this.#shownUrls } : this.#faulty(fault);
    const gaps = results.flatMap((result) =>
      result.status === 'fulfilled' && result.value.gapSinceMs !== undefined ? [result.value.gapSinceMs] : [],
    );
    return gaps.length === 0 ? undefined : Math.min(...gaps);
  }

  #faulty(fault: unknown): ManagementStatus {
    const said = fault instanceof Error ? fault.message : String(fault);
    const isRefused = fault instanceof ManagementFault && fault.code === 'refused';
    const what = isRefused ? 'the broker does not let us turn its firehose on' : 'there is no management API to ask';
    const why = `${what}: ${said}; ${OTHERWISE}`;
    return { state: isRefused ? 'refused' : 'unreachable', url: this.#shownUrls, why };
  }

  get #shownUrls(): string {
    return this.#apis.map(({ url }) => url).join(',');
  }
}
