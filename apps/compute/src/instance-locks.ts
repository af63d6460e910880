import type { InstanceUuid } from '@novasim/cloud';

/**
 * One thing at a time for each instance, in the order of arrival; different instances do not wait for each other. As Nova's
 * `utils.synchronized(instance.uuid)`: a terminate that overtakes the build waits for it.
 */
export class InstanceLocks {
  readonly #tails = new Map<InstanceUuid, Promise<unknown>>();

  run<T>(uuid: InstanceUuid, task: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(uuid) ?? Promise.resolve();
    const mine = before.then(task, task);
    this.#tails.set(uuid, mine);
    const forget = () => {
      if (this.#tails.get(uuid) === mine) this.#tails.delete(uuid);
    };
    mine.then(forget, forget);
    return mine;
  }

  isHeld(uuid: InstanceUuid): boolean {
    return this.#tails.has(uuid);
  }
}
