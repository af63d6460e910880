import { mkdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { basename } from 'node:path';
import { newId } from './ids.ts';
import type { RabbitOptions } from './options.ts';

/** Names of the queues that belong to one program: where its replies come, and what is fanned out to one of its servers. */
export interface QueueNames {
  reply(): string;
  fanout(topic: string): string;
}

/** The names that the options ask for: random ones, or those of oslo's queue manager. */
export function queueNames(options: RabbitOptions): QueueNames {
  const unique = options.use_queue_manager ? stableSuffixes(options) : newId;
  return {
    reply: () => `reply_${unique()}`,
    // A stream is one for all servers of a topic.
    fanout: options.rabbit_stream_fanout ? (topic) => `${topic}_fanout` : (topic) => `${topic}_fanout_${unique()}`,
  };
}

/** A lock that is held longer was left behind by a process that died. */
const longestLockMs = 2_000;
const betweenTriesMs = 5;

/**
 * `<hostname>:<processname>:<counter>`, the same after each restart, so that a restarted program finds its queues again. The
 * counter is shared by the programs of that name of one process group, in a file as oslo.messaging keeps it (`QManager`,
 * amqpdriver.py); another group starts anew.
 */
function stableSuffixes(options: RabbitOptions): () => string {
  const host = options.hostname || hostname();
  const program = options.processname || basename(process.argv[1] ?? 'node');
  const file = `${sharedFolder()}/${`${host}_${program}`.replaceAll('/', '_')}_qmanager`;
  const group = processGroup();
  return () => `${host}:${program}:${locked(`${file}.lock`, () => count(file, group))}`;
}

function count(file: string, group: number): number {
  let last = 0;
  try {
    const [writtenBy, counter] = readFileSync(file, 'utf8').split(':').map(Number);
    if (writtenBy === group && Number.isInteger(counter)) last = counter ?? 0;
  } catch {
    // nobody has counted yet
  }
  writeFileSync(file, `${group}:${last + 1}`);
  return last + 1;
}

/** Making a folder succeeds for one process only. Waits without the event loop: a name is needed before anything can go on. */
function locked<T>(lock: string, run: () => T): T {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  while (!tryLock(lock)) Atomics.wait(pause, 0, 0, betweenTriesMs);
  try {
    return run();
  } finally {
    rmdirSync(lock);
  }
}

function tryLock(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  try {
    if (Date.now() - statSync(lock).mtimeMs > longestLockMs) rmdirSync(lock);
  } catch {
    // it has just gone
  }
  return false;
}

/** Where oslo.messaging keeps its counters; elsewhere than on Linux there is no such memory. */
function sharedFolder(): string {
  try {
    if (statSync('/dev/shm').isDirectory()) return '/dev/shm';
  } catch {
    // no Linux
  }
  return tmpdir();
}

/** The process group, which Node does not tell: the fifth word of Linux's status line; elsewhere the parent stands for it. */
function processGroup(): number {
  try {
    const [, ...words] = (readFileSync('/proc/self/stat', 'utf8').split(')').at(-1) ?? '').split(' ');
    return Number(words[2]);
  } catch {
    return process.ppid;
  }
}
