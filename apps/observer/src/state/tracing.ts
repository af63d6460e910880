import type { ManagementApi } from './management-api.ts';

/** Whether the firehose of the virtual host flows, as far as is known. */
export interface TracingStatus {
  readonly state: 'on' | 'off' | 'unknown';
  /** Whether it was on before this observer came; undefined while that is not known. */
  readonly was_on?: boolean;
}

/** A virtual host as the management API shows it. What is not sent back with a change is wiped by it. */
interface Vhost {
  readonly tracing?: boolean;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly default_queue_type?: string;
}

/** The firehose of one node. A node that was restarted has forgotten that it was on. */
export class Tracing {
  readonly #api: ManagementApi;
  readonly #path: string;
  #status: TracingStatus = { state: 'unknown' };
  #onSinceMs: number | undefined;

  constructor(api: ManagementApi) {
    this.#api = api;
    this.#path = `/vhosts/${api.vhost}`;
  }

  get status(): TracingStatus {
    return this.#status;
  }

  /**
   * Turns it on where it is off. Answers since when it may have been off, when it had been on before: a gap.
   * @throws {ManagementFault} `refused` where only an administrator may do so
   */
  async ensure(): Promise<{ readonly gapSinceMs?: number }> {
    const vhost = await this.#api.get<Vhost>(this.#path);
    const wasOn = this.#status.was_on ?? vhost.tracing === true;
    const lastSeenOnMs = this.#onSinceMs;
    this.#status = { state: vhost.tracing === true ? 'on' : 'off', was_on: wasOn };
    if (vhost.tracing !== true) await this.#set(vhost, true);
    this.#status = { state: 'on', was_on: wasOn };
    this.#onSinceMs = Date.now();
    return vhost.tracing !== true && lastSeenOnMs !== undefined ? { gapSinceMs: lastSeenOnMs } : {};
  }

  /** Turns it off again, unless it was on before us. @throws {ManagementFault} */
  async restore(): Promise<void> {
    if (this.#status.was_on !== false || this.#status.state !== 'on') return;
    await this.#set(await this.#api.get<Vhost>(this.#path), false);
    this.#status = { state: 'off', was_on: false };
  }

  #set({ description = '', tags = [], default_queue_type: type }: Vhost, tracing: boolean): Promise<void> {
    return this.#api.put(this.#path, {
      tracing,
      description,
      tags: tags.join(','),
      ...(type !== undefined && type !== 'undefined' && { default_queue_type: type }),
    });
  }
}
