import { innerFields } from './message-facts.ts';
import { readText } from './top-level.ts';

/**
 * What tells that a message published and a message delivered are the same one: `_unique_id` where it has one, else a sum of
 * its text. Give it the body as it travelled, masked or not, as long as both ends get the same.
 */
export function messageKey(body: string): string {
  return readText(innerFields(body)?.get('_unique_id')) ?? `sum-${sumOf(body)}`;
}

/** FNV-1a of the length and of the first and last {@link REACH} characters. */
export function sumOf(body: string): string {
  let sum = 0x811c9dc5 ^ body.length;
  for (let at = 0; at < body.length; at++) {
    if (at === REACH && body.length > 2 * REACH) at = body.length - REACH;
    sum = Math.imul(sum ^ body.charCodeAt(at), 0x01000193);
  }
  return `${(sum >>> 0).toString(16).padStart(8, '0')}${body.length.toString(16)}`;
}

const REACH = 4096;
