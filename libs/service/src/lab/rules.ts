import {
  type HypervisorTrouble,
  LAB_ACTIONS,
  LAB_KINDS,
  LAB_SIDES,
  type LabMessage,
  LabRefused,
  type LabRule,
} from '@novasim/rpcapi';
import { concerns, type LabSeer, matches } from './matches.ts';

/** What a person can still look through. */
const MOST_RULES = 100;
const MOST_TIMES = 1_000_000;
const LONGEST_MS = 600_000;

/** The rules of one service, oldest first; the first that matches a message decides over it. */
export class Rules {
  readonly #seer: LabSeer;
  #rules: readonly LabRule[] = [];

  constructor(seer: LabSeer) {
    this.#seer = seer;
  }

  list(): readonly LabRule[] {
    return this.#rules;
  }

  /** A rule that is there already is replaced; one that is for others is not kept. @throws {LabRefused}. */
  add(rule: LabRule): void {
    const fault = faultOfRule(rule);
    if (fault !== undefined) throw new LabRefused(fault);
    this.remove(rule.id);
    if (!concerns(rule.match, this.#seer)) return;
    if (this.#rules.length >= MOST_RULES) throw new LabRefused(`${this.#seer.name} has ${MOST_RULES} rules already`);
    this.#rules = [...this.#rules, rule];
  }

  remove(id: string): boolean {
    const left = this.#rules.filter((rule) => rule.id !== id);
    const wasThere = left.length < this.#rules.length;
    this.#rules = left;
    return wasThere;
  }

  /** The rule that decides over a message, which counts as one of its times. */
  take(message: LabMessage): LabRule | undefined {
    const rule = this.#rules.find(({ match }) => matches(match, message, this.#seer));
    if (rule !== undefined) this.spend(rule.id);
    return rule;
  }

  /** One of the rule's times is used up, here or in another service; the last one ends it. */
  spend(id: string): void {
    this.#rules = this.#rules.flatMap((rule) => {
      if (rule.id !== id) return [rule];
      return rule.times > 1 ? [{ ...rule, times: rule.times - 1 }] : [];
    });
  }
}

/** What is wrong with a rule that came over the bus, in words; undefined when nothing is. */
export function faultOfRule({ id, action, delay_ms, times, match }: LabRule): string | undefined {
  if (typeof id !== 'string' || id === '') return `id is ${JSON.stringify(id)}: wants a text`;
  if (!isOneOf(LAB_ACTIONS, action)) return `action is ${JSON.stringify(action)}: wants ${LAB_ACTIONS.join(', ')}`;
  if (!isOneOf(LAB_SIDES, match?.side))
    return `match.side is ${JSON.stringify(match?.side)}: wants publish or dispatch`;
  if (match.kind !== undefined && !isOneOf(LAB_KINDS, match.kind)) {
    return `match.kind is ${JSON.stringify(match.kind)}: wants ${LAB_KINDS.join(', ')}`;
  }
  if (!isWhole(times, 1, MOST_TIMES)) return `times is ${times}: wants 1 to ${MOST_TIMES}`;
  if (action === 'delay' && !isWhole(delay_ms, 1, LONGEST_MS))
    return `delay_ms is ${delay_ms}: wants 1 to ${LONGEST_MS}`;
  if (action === 'duplicate' && match.side === 'dispatch') {
    return 'action is duplicate and match.side dispatch: a twin is made where the message is sent, so side must be publish';
  }
  if (match.side === 'dispatch' && (match.kind === 'reply' || match.kind === 'notification')) {
    return `match.kind is ${match.kind} and match.side dispatch: only requests are dispatched, so side must be publish`;
  }
  return undefined;
}

/** What is wrong with what a hypervisor shall suffer, in words; undefined when nothing is. */
export function faultOfTrouble({ slow_ms, fail_next, fail_rate }: HypervisorTrouble): string | undefined {
  if (!isWhole(slow_ms, 0, LONGEST_MS)) return `slow_ms is ${slow_ms}: wants 0 to ${LONGEST_MS}`;
  if (!isWhole(fail_next, 0, MOST_TIMES)) return `fail_next is ${fail_next}: wants 0 to ${MOST_TIMES}`;
  return fail_rate >= 0 && fail_rate <= 1 ? undefined : `fail_rate is ${fail_rate}: wants 0 to 1`;
}

function isWhole(value: number | undefined, min: number, max: number): boolean {
  return Number.isInteger(value) && Number(value) >= min && Number(value) <= max;
}

function isOneOf(words: readonly string[], word: unknown): boolean {
  return words.includes(word as string); // what is no text is not among them
}
