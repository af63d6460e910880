import type { ChannelModel } from 'amqplib';
import type { Publication, PublishOptions } from '../../driver.ts';
import type { QueueState } from '../../unanswered-call.ts';
import { Declarer } from './declarer.ts';
import { type PublishGround, PublishLane } from './publish-lane.ts';
import { QueueLooks } from './queue-looks.ts';
import type { TopologyOptions } from './topology.ts';
import { TurnWriter } from './turn-writer.ts';

/** Whoever waits for a look has waited long already. */
const longestLookMs = 500;

/**
 * Publishes on a channel of its own for each way. A broker closes the channel on which a message finds no exchange, which
 * is common for fanouts (their exchange goes with the last server); requests and replies must not be sent again for that,
 * because a request that is sent twice may run on two servers.
 */
export class Publisher {
  readonly #lanes: Readonly<Record<Publication['to'], PublishLane>>;
  #looks: QueueLooks | undefined;

  constructor(options: TopologyOptions) {
    this.#lanes = {
      topic: new PublishLane(options),
      fanout: new PublishLane(options),
      direct: new PublishLane(options),
      notification: new PublishLane(options),
    };
  }

  /** Resolves with the broker's confirm. @throws {MessageDeliveryFailure} MessageUndeliverable, TransportClosed */
  publish(publication: Publication, options?: PublishOptions): Promise<void> {
    return this.#lanes[publication.to].publish(publication, options);
  }

  /** What the broker says of a queue now; undefined when it does not say soon. */
  async look(queue: string): Promise<QueueState | undefined> {
    if (this.#looks === undefined) return undefined;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const timer = setTimeout(() => resolve(undefined), longestLookMs);
    const state = await Promise.race([this.#looks.look(queue), promise]);
    clearTimeout(timer);
    return state;
  }

  /** A fresh connection stands: sends what waits. */
  async restore(model: ChannelModel): Promise<void> {
    const ground: PublishGround = { model, declarer: new Declarer(model, 1), writer: new TurnWriter(model) };
    this.#looks = new QueueLooks(model);
    await this.#each((lane) => lane.restore(ground));
  }

  /** The connection is gone. */
  lost(): void {
    this.#looks = undefined;
    for (const lane of Object.values(this.#lanes)) lane.lost();
  }

  /** Counts a failed round of connecting against those who limit their retries. */
  roundFailed(error: Error): void {
    for (const lane of Object.values(this.#lanes)) lane.roundFailed(error);
  }

  /** Takes nothing more, waits up to `graceMs` for confirms, then rejects what is left. */
  async close(graceMs: number): Promise<void> {
    await this.#each((lane) => lane.close(graceMs));
  }

  async #each(run: (lane: PublishLane) => Promise<void>): Promise<void> {
    await Promise.all(Object.values(this.#lanes).map(run));
  }
}
