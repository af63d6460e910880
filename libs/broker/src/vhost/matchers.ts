import type { Binding, Destination } from './binding.ts';
import { matchesHeaders } from './header-match.ts';
import type { Message } from './message.ts';
import { compileTopic, isPattern, splitKey, type TopicPattern } from './topic-pattern.ts';

/** How one type of exchange finds the destinations of a message. */
export interface Matcher {
  add(binding: Binding): void;
  remove(binding: Binding): void;
  match(routingKey: string, message: Message): readonly Destination[];
}

const nowhere: readonly Destination[] = [];

export function matcherFor(type: 'direct' | 'fanout' | 'topic' | 'headers'): Matcher {
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

/** Bindings counted per destination, as several of them may lead to the same place. */
class Destinations {
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

class ToAll implements Matcher {
  readonly #all = new Destinations();

  add(binding: Binding): void {
    this.#all.add(binding.destination);
  }

  remove(binding: Binding): void {
    this.#all.remove(binding.destination);
  }

  match(): readonly Destination[] {
    return this.#all.list;
  }
}

class ByKey implements Matcher {
  readonly #byKey = new Map<string, Destinations>();

  add({ routingKey, destination }: Binding): void {
    let there = this.#byKey.get(routingKey);
    if (there === undefined) {
      there = new Destinations();
      this.#byKey.set(routingKey, there);
    }
    there.add(destination);
  }

  remove({ routingKey, destination }: Binding): void {
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
class ByPattern implements Matcher {
  readonly #exact = new ByKey();
  readonly #patterns = new Map<Binding, TopicPattern>();
  readonly #known = new Map<string, readonly Destination[]>();

  add(binding: Binding): void {
    if (isPattern(binding.routingKey)) {
      this.#patterns.set(binding, compileTopic(binding.routingKey));
      this.#known.clear();
    } else {
      this.#exact.add(binding);
      this.#known.delete(binding.routingKey);
    }
  }

  remove(binding: Binding): void {
    if (this.#patterns.delete(binding)) this.#known.clear();
    else {
      this.#exact.remove(binding);
      this.#known.delete(binding.routingKey);
    }
  }

  match(routingKey: string): readonly Destination[] {
    if (this.#patterns.size === 0) return this.#exact.match(routingKey);
    const known = this.#known.get(routingKey);
    if (known !== undefined) return known;
    const found = new Set(this.#exact.match(routingKey));
    const words = splitKey(routingKey);
    for (const [binding, pattern] of this.#patterns) {
      if (!found.has(binding.destination) && pattern(words)) found.add(binding.destination);
    }
    const list = [...found];
    if (this.#known.size >= rememberedKeys) this.#known.clear();
    this.#known.set(routingKey, list);
    return list;
  }
}

class ByHeaders implements Matcher {
  readonly #bindings = new Set<Binding>();

  add(binding: Binding): void {
    this.#bindings.add(binding);
  }

  remove(binding: Binding): void {
    this.#bindings.delete(binding);
  }

  match(_routingKey: string, message: Message): readonly Destination[] {
    const found = new Set<Destination>();
    for (const { args, destination } of this.#bindings) {
      if (matchesHeaders(args, message.headers)) found.add(destination);
    }
    return [...found];
  }
}
