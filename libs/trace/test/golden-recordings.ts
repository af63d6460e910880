import { readdirSync, readFileSync } from 'node:fs';
import type { Recording } from './golden-bus.ts';

export { busEventsOf, type RecordedMessage, type Recording, requestIdOf } from './golden-bus.ts';

/** The operations of a real Nova whose messages were recorded, by file name. */
export function readRecordings(): readonly Recording[] {
  const folder = new URL('golden/', import.meta.url);
  return readdirSync(folder)
    .sort()
    .map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Recording); // data of this folder
}
