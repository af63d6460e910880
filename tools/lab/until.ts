import { setTimeout as pause } from 'node:timers/promises';

const WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 50;

/** Looks again and again until there is something to see. @throws after 20 s, naming `what` did not happen */
export async function until<T>(look: () => T | Promise<T>, what: string): Promise<Exclude<T, undefined | false>> {
  for (const deadline = performance.now() + WITHIN_MS; ; await pause(LOOK_EVERY_MS)) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen as Exclude<T, undefined | false>; // neither of them
    if (performance.now() > deadline) throw new Error(`${what}: not within ${WITHIN_MS} ms`);
  }
}
