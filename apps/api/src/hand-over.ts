import type { Transport } from '@novasim/rpc';
import { withDeadline } from './deadline.ts';
import { unavailable } from './http/errors.ts';

export interface BusDoor {
  readonly transport: Transport;
  readonly castTimeoutMs: number;
}

/**
 * Before anything is written for a message that could not be sent.
 * @throws {HttpError} 503
 */
export function assertBus({ transport: { state } }: BusDoor): void {
  if (state !== 'connected') throw unavailable(`The message bus is not available (${state}); ask again.`);
}

/**
 * Waits until the broker has a message, but not for ever. One that is late may arrive all the same.
 * @throws {HttpError} 503 with these words
 */
export async function handOver({ castTimeoutMs }: BusDoor, cast: Promise<void>, otherwise: string): Promise<void> {
  try {
    await withDeadline(castTimeoutMs, cast);
  } catch (cause) {
    throw unavailable(otherwise, { cause });
  }
}
