import { until } from '@novasim/testkit';

export interface ReadEvent {
  readonly id: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Reads server-sent events as a browser does, and keeps them. */
export class EventReader implements Disposable {
  readonly events: ReadEvent[] = [];
  readonly #ending = new AbortController();

  static async open(url: string, lastEventId?: string): Promise<EventReader> {
    const reader = new EventReader();
    const response = await fetch(url, {
      signal: reader.#ending.signal,
      headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
    });
    if (response.status !== 200 || response.body === null) throw new Error(`${url} answered ${response.status}`);
    void reader.#read(response.body).catch(() => {}); // ended by us, or by the observer: what came is kept
    return reader;
  }

  /** Waits for the first event that fits. */
  seen(fits: (event: ReadEvent) => boolean): Promise<ReadEvent> {
    return until(() => this.events.find(fits), { withinMs: 10_000, what: 'an event of the stream' });
  }

  get lastId(): string {
    return this.events.at(-1)?.id ?? '';
  }

  [Symbol.dispose](): void {
    this.#ending.abort();
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    let rest = '';
    for await (const text of body.pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + text).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const fields = Object.fromEntries(block.split('\n').map((line) => splitOnce(line, ': ')));
        if (fields['event'] === undefined) continue; // a comment
        const data = JSON.parse(fields['data'] ?? '{}') as ReadEvent['data']; // the observer writes objects
        this.events.push({ id: fields['id'] ?? '', type: fields['event'], data });
      }
    }
  }
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}
