import type { FieldTable } from '../codec/field-table.ts';
import { matchesHeaders } from './header-match.ts';
import type { Message } from './message.ts';
import { compileTopic, isPattern, splitKey, type TopicPattern } from './topic-pattern.ts';

/** One way out of an exchange. */
export interface Route<Destination> {
  readonly destination: Destination;
  readonly routingKey: string;
  readonly args: FieldTable;
}

/** How one type of exchange finds the destinations of a message, whatever a destination is. */
export interface Matcher<Destination> {
  add(route: Route<Destination>): void;
  remove(route: Route<Destination>): void;
  match(routingKey: string, message: Message): readonly Destination[];
}

const nowhere: readonly never[] = [];

export function matcherFor<Destination>(type: 'direct' | 'fanout' | 'topic' | 'headers'): Matcher<Destination> {
  switch (type) {
    case 'direct':
      return new ByKey();
    case 'fanout':
      return new ToAll();
    case 'topic':
      return new ByPattern();
    case 'headers':
      return new ByHeaders();
  }
}

/** Routes counted per destination, as several of them may lead to the same place. */
class Destinations<Destination> {
  readonly #counts = new Map<Destination, number>();
  #list: readonly Destination[] | undefined;

  get list(): readonly Destination[] {
    this.#list ??= [...this.#counts.keys()];
    return this.#list;
  }

  get isEmpty(): boolean {
    return this.#counts.size === 0;
  }

  add(destination: Destination): void {
    this.#counts.set(destination, (this.#counts.get(destination) ?? 0) + 1);
    this.#list = undefined;
  }

  remove(destination: Destination): void {
    const count = this.#counts.get(destination) ?? 0;
    if (count > 1) this.#counts.set(destination, count - 1);
    else this.#counts.delete(destination);
    this.#list = undefined;
  }
}

class ToAll<Destination> implements Matcher<Destination> {
  readonly #all = new Destinations<Destination>();

  add(route: Route<Destination>): void {
    this.#all.add(route.destination);
  }

  remove(route: Route<Destination>): void {
    this.#all.remove(route.destination);
  }

  match(): readonly Destination[] {
    return this.#all.list;
  }
}

class ByKey<Destination> implements Matcher<Destination> {
  readonly #byKey = new Map<string, Destinations<Destination>>();

  add({ routingKey, destination }: Route<Destination>): void {
    let there = this.#byKey.get(routingKey);
    if (there === undefined) {
      there = new Destinations<Destination>();
      this.#byKey.set(routingKey, there);
    }
    there.add(destination);
  }

  remove({ routingKey, destination }: Route<Destination>): void {
    const there = this.#byKey.get(routingKey);
    there?.remove(destination);
    if (there?.isEmpty === true) this.#byKey.delete(routingKey);
  }

  match(routingKey: string): readonly Destination[] {
    return this.#byKey.get(routingKey)?.list ?? nowhere;
  }
}

/** Routing keys remembered with their destinations before the memory is wiped; keys are made up by clients without end. */
const rememberedKeys = 2000;

/** Keys without a wildcard are looked up; only real patterns are tried one by one, and what they gave is remembered by key. */
class ByPattern<Destination> implements Matcher<Destination> {
  readonly #exact = new ByKey<Destination>();
  readonly #patterns = new Map<Route<Destination>, TopicPattern>();
  readonly #known = new Map<string, readonly Destination[]>();

  add(route: Route<Destination>): void {
    if (isPattern(route.routingKey)) {
      this.#patterns.set(route, compileTopic(route.routingKey));
      this.#known.clear();
    } else {
      this.#exact.add(route);
      this.#known.delete(route.routingKey);
    }
  }

  remove(route: Route<Destination>): void {
    if (this.#patterns.delete(route)) this.#known.clear();
    else {
      this.#exact.remove(route);
      this.#known.delete(route.routingKey);
    }
  }

  match(routingKey: string): readonly Destination[] {
    if (this.#patterns.size === 0) return this.#exact.match(routingKey);
    const known = this.#known.get(routingKey);
    if (known !== undefined) return known;
    const found = new Set(this.#exact.match(routingKey));
    const words = splitKey(routingKey);
    for (const [route, pattern] of this.#patterns) {
      if (!found.has(route.destination) && pattern(words)) found.add(route.destination);
    }
    const list = [...found];
    if (this.#known.size >= rememberedKeys) this.#known.clear();
    this.#known.set(routingKey, list);
    return list;
  }
}

class ByHeaders<Destination> implements Matcher<Destination> {
  readonly #routes = new Set<Route<Destination>>();

  add(route: Route<Destination>): void {
    this.#routes.add(route);
  }

  remove(route: Route<Destination>): void {
    this.#routes.delete(route);
  }

  match(_routingKey: string, message: Message): readonly Destination[] {
    const found = new Set<Destination>();
    for (const { args, destination } of this.#routes) {
      if (matchesHeaders(args, message.headers)) found.add(destination);
    }
    return [...found];
  }
}
