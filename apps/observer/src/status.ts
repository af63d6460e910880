import type { TracingStatus } from './state/tracing.ts';

export interface TapStatus {
  readonly state: 'connecting' | 'listening' | 'lost' | 'none';
  /** `host:port` of the broker that is heard. */
  readonly broker?: string;
  readonly why?: string;
}

export interface ManagementStatus {
  readonly state: 'unknown' | 'ok' | 'refused' | 'unreachable';
  /** Without credentials. */
  readonly url?: string;
  readonly why?: string;
}

/** How well the bus is seen. */
export interface Sight {
  readonly tap: TapStatus;
  readonly management: ManagementStatus;
  readonly tracing: TracingStatus;
  /** What is in the way of seeing all, in sentences. */
  readonly problems: readonly string[];
}

/** What the parts of the observer say of themselves, put together; tells when something changes. */
export class Status {
  #tap: TapStatus;
  #management: ManagementStatus = { state: 'unknown' };
  #tracing: TracingStatus = { state: 'unknown' };
  readonly #listeners = new Set<() => void>();

  constructor(tap: TapStatus = { state: 'connecting' }) {
    this.#tap = tap;
  }

  get sight(): Sight {
    const isFlowing = this.#tracing.state === 'on';
    return {
      tap: this.#tap,
      management: this.#management,
      tracing: this.#tracing,
      problems: [
        ...(this.#tap.state === 'lost' ? [`The bus is not heard: ${this.#tap.why ?? 'no broker answers'}.`] : []),
        ...(this.#management.why === undefined ? [] : [sentence(this.#management.why)]),
        ...(this.#tap.state === 'listening' && this.#tracing.state === 'off'
          ? ['The firehose is off: nothing that travels is seen.']
          : []),
        ...(this.#management.why !== undefined && isFlowing
          ? ['Queues, bindings and names of connections are not known.']
          : []),
      ],
    };
  }

  tap(tap: TapStatus): void {
    const isNew = JSON.stringify(tap) !== JSON.stringify(this.#tap);
    this.#tap = tap;
    if (isNew) this.#tell();
  }

  management(management: ManagementStatus): void {
    const isNew = JSON.stringify(management) !== JSON.stringify(this.#management);
    this.#management = management;
    if (isNew) this.#tell();
  }

  tracing(tracing: TracingStatus): void {
    const isNew = JSON.stringify(tracing) !== JSON.stringify(this.#tracing);
    this.#tracing = tracing;
    if (isNew) this.#tell();
  }

  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
