import type { Binding, Destination } from './exchange.ts';

/** The bindings of a virtual host by where they end, so that a queue or an exchange takes its own with it when it goes. */
export class IncomingBindings {
  readonly #byDestination = new Map<Destination, Set<Binding>>();

  of(destination: Destination): readonly Binding[] {
    return [...(this.#byDestination.get(destination) ?? [])];
  }

  add(binding: Binding): void {
    const there = this.#byDestination.get(binding.destination);
    if (there === undefined) this.#byDestination.set(binding.destination, new Set([binding]));
    else there.add(binding);
  }

  delete(binding: Binding): void {
    const there = this.#byDestination.get(binding.destination);
    there?.delete(binding);
    if (there?.size === 0) this.#byDestination.delete(binding.destination);
  }
}
