import { randomBytes } from 'node:crypto';
import type { HeldMessage, LabMessage, LabRule } from '@novasim/rpcapi';
import { type Clock, systemClock } from '../clock.ts';

/** What becomes of a held message: it goes on, or it is lost. */
export type Fate = 'goes-on' | 'lost';

/** More than this wait for nobody. */
const MOST_HELD = 1_000;
/** A message that everybody forgot goes on after ten minutes. */
const LONGEST_HELD_MS = 600_000;

/** The messages that wait in one service. All of them go on when the service stops. */
export class HeldMessages {
  readonly #clock: Clock;
  readonly #changed: () => void;
  readonly #held = new Map<string, { readonly message: HeldMessage; readonly decide: (fate: Fate) => void }>();
  #isOver = false;

  /** `changed` is told of every message that comes or goes. */
  constructor(changed: () => void, clock: Clock = systemClock) {
    this.#changed = changed;
    this.#clock = clock;
  }

  list(): readonly HeldMessage[] {
    return [...this.#held.values()].map(({ message }) => message);
  }

  /** Whether one more can be held. */
  get hasRoom(): boolean {
    return !this.#isOver && this.#held.size < MOST_HELD;
  }

  /** Keeps a message; resolves with its fate: by `decide`, or as it is due. */
  keep(message: LabMessage, rule: LabRule): Promise<Fate> {
    const id = randomBytes(6).toString('hex');
    const now = this.#clock.now();
    const waitMs = rule.action === 'delay' ? (rule.delay_ms ?? 0) : LONGEST_HELD_MS;
    const action = rule.action === 'delay' ? 'delay' : 'hold';
    const held = { ...message, id, rule_id: rule.id, action, held_ms: now, due_ms: now + waitMs } as const;
    return new Promise((resolve) => {
      const due = this.#clock.after(waitMs, () => this.decide(id, 'goes-on'));
      const decide = (fate: Fate) => {
        due[Symbol.dispose]();
        resolve(fate);
      };
      this.#held.set(id, { message: held, decide });
      this.#changed();
    });
  }

  /** False when it is not held (any more). */
  decide(id: string, fate: Fate): boolean {
    const held = this.#held.get(id);
    if (held === undefined) return false;
    this.#held.delete(id);
    held.decide(fate);
    this.#changed();
    return true;
  }

  /** Everything goes on, and nothing more is held: the service stops. */
  end(): void {
    this.#isOver = true;
    for (const id of [...this.#held.keys()]) this.decide(id, 'goes-on');
  }
}
