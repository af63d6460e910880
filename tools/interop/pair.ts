import { assertLine, type Expected } from './expected.ts';
import { type Command, type Kind, Peer } from './peers.ts';

/** Longest time that anything of a test takes. Starting Python takes seconds where the machine has much else to do. */
export const withinMs = 60_000;

/** Where a pair meets, and with which options each of the two kinds comes. */
export interface Meeting {
  /** `rabbit://…/vhost`, without options. */
  readonly url: string;
  /** Driver options for the URL's query. */
  readonly options: Readonly<Record<Kind, string>>;
}

/** One kind as client (or notifier) with one as server (or listener). */
export class Pair implements AsyncDisposable {
  readonly client: Kind;
  readonly server: Kind;
  readonly #meeting: Meeting;
  readonly #opened = new AsyncDisposableStack();
  readonly #batches = new Map<string, Peer>();

  constructor(client: Kind, server: Kind, meeting: Meeting) {
    this.client = client;
    this.server = server;
    this.#meeting = meeting;
  }

  /** Starts a process on the bus. */
  start(kind: Kind, command: Command, args: readonly string[]): Peer {
    const { url, options } = this.#meeting;
    const query = options[kind] === '' ? '' : `?${options[kind]}`;
    return new Peer(kind, command, ['--url', url + query, ...args]);
  }

  /** Starts a server or listener and waits until it is ready. */
  async ready(command: 'server' | 'listen', args: readonly string[]): Promise<Peer> {
    const peer = this.start(this.server, command, args);
    try {
      assertLine(await peer.line(withinMs), 'ready', command);
    } catch (error) {
      await peer.stop(1_000);
      throw error;
    }
    return this.#opened.use(peer);
  }

  /** Runs a client or notifier to its end. */
  async run(
    command: 'client' | 'notify',
    args: readonly string[],
  ): Promise<{ lines: readonly string[]; status: number | null }> {
    const peer = this.start(this.client, command, args);
    return peer.end(withinMs);
  }

  /** Sends a request through the batch client that may rebuild the errors of `exmods`; answers with its line. */
  async ask(request: Readonly<Record<string, unknown>> | string, exmods = ''): Promise<string> {
    const batch = await this.#batch(exmods);
    batch.send(typeof request === 'string' ? request : JSON.stringify(request));
    try {
      return await batch.line(withinMs);
    } catch (error) {
      // Its answer may still come, to another question.
      this.#batches.delete(exmods);
      await batch.stop(1_000);
      throw error;
    }
  }

  /** Asks, and compares the answer. */
  async expect(request: Readonly<Record<string, unknown>> | string, expected: Expected, exmods = ''): Promise<void> {
    assertLine(
      await this.ask(request, exmods),
      expected,
      typeof request === 'string' ? request : JSON.stringify(request),
    );
  }

  /** Asks until the answer is this one: what was cast takes its time. */
  async eventually(request: Readonly<Record<string, unknown>>, expected: Expected): Promise<void> {
    const tooLate = AbortSignal.timeout(withinMs);
    for (;;) {
      const line = await this.ask(request);
      try {
        assertLine(line, expected, JSON.stringify(request));
        return;
      } catch (error) {
        if (tooLate.aborted) throw error;
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#batches.values()].map((batch) => batch.stop(2_000)));
    await this.#opened.disposeAsync();
  }

  async #batch(exmods: string): Promise<Peer> {
    const known = this.#batches.get(exmods);
    if (known !== undefined) return known;
    const batch = this.start(this.client, 'client', ['--topic', 'demo', '--exmods', exmods, '--batch']);
    this.#batches.set(exmods, batch);
    assertLine(await batch.line(withinMs), 'ready', 'client --batch');
    return batch;
  }
}
