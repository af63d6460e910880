import { randomFillSync } from 'node:crypto';

/** Random bytes are fetched for many ids at once: one call to the generator costs as much as twenty ids. */
const pool = Buffer.alloc(16 * 256);
let used = pool.length;

/** A UUID 4 as 32 lower-case hex digits, the form of `_msg_id`, `_unique_id` and queue name endings. */
export function newId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const start = used;
  used += 16;
  pool[start + 6] = ((pool[start + 6] ?? 0) & 0x0f) | 0x40;
  pool[start + 8] = ((pool[start + 8] ?? 0) & 0x3f) | 0x80;
  return pool.toString('hex', start, used);
}
