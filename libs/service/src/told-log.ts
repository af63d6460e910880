import { Notifier, type Transport } from '@novasim/rpc';
import { LOG_LINES_EVENT, LOG_TOPIC, type LogLinesPayload } from '@novasim/rpcapi';
import type { From } from './env.ts';
import { teeOf } from './log-tee.ts';
import type { Logger } from './logger.ts';

export interface ToldLogConfig {
  /** Whether the service says its log on the bus. */
  readonly tellsLog: boolean;
}

/** Reads whether a service says on the bus what it logs of requests. */
export function toldLogConfig(from: From): ToldLogConfig {
  return {
    tellsLog: from.boolean('NOVASIM_LOG_LINES', {
      default: true,
      meaning:
        'Says on the bus, in bundles, what it logs of requests, so that an observer shows the log beside the messages',
    }),
  };
}

/** Lines wait so long for others. */
const COLLECT_MS = 50;
/** An observer reads no body of more than 64 KB whole; a line has its quotes escaped on the way. */
const MOST_CHARACTERS = 32_768;
/** While the broker is away so many are kept, the latest. */
const MOST_LINES = 2_000;
const OF_REQUEST = '"request_id":"';

/**
 * Says a service's log lines that belong to a request on the bus: exchange `nova`, key `log_lines.info`, many at a time. Nobody waits
 * for it, no queue is made for it, and what cannot be sent is in the log all the same. Once `signal` aborts each line goes at once,
 * because the transport is closed soon.
 */
export function tellLog(
  transport: Transport,
  { log, publisherId, signal }: { readonly log: Logger; readonly publisherId: string; readonly signal: AbortSignal },
): void {
  // Without an envelope: the lines are JSON in a text already, and each envelope more doubles their quotes.
  const notifier = new Notifier(transport, {
    publisherId,
    topics: [LOG_TOPIC],
    drivers: ['messaging'],
    declaresQueue: false,
  });
  let waiting: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  let isSending = false;

  const send = async (): Promise<void> => {
    timer = undefined;
    if (isSending) return;
    isSending = true;
    while (waiting.length > 0) {
      const lines = bundle(waiting);
      waiting = waiting.slice(lines.length);
      await notifier.info({}, LOG_LINES_EVENT, { lines } satisfies LogLinesPayload); // never rejects
    }
    isSending = false;
  };
  teeOf(log)?.listen((json) => {
    if (!json.includes(OF_REQUEST)) return;
    waiting.push(json.slice(0, -1));
    if (waiting.length > MOST_LINES) waiting.shift();
    timer ??= setTimeout(send, signal.aborted ? 0 : COLLECT_MS);
  });
  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    void send();
  });
}

/** The first lines, as many as go together; at least one. */
function bundle(lines: readonly string[]): readonly string[] {
  let characters = 0;
  const end = lines.findIndex((line, index) => {
    characters += line.length;
    return index > 0 && characters > MOST_CHARACTERS;
  });
  return end === -1 ? lines : lines.slice(0, end);
}
