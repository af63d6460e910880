import type { Socket } from 'node:net';
import type { Channel, ChannelModel } from 'amqplib';

/** What is touched of amqplib 2.3's inside: the socket, and per channel the stream that its frames are written to. */
interface Innards {
  readonly stream: Socket;
  readonly channels: ({ buffer: FrameSink } | null)[];
}

interface FrameSink {
  write(frame: Buffer): boolean;
  end(): void;
}

/**
 * Makes amqplib write once per turn of the event loop. amqplib passes each message through an object stream and writes
 * it to the socket by itself: one system call a message, two thirds of the time of a busy client. Here the frames of a
 * channel go straight to the socket, which is corked until the turn's work is done.
 */
export class TurnWriter {
  readonly #connection: Innards;
  readonly #sink: FrameSink;
  #isCorked = false;

  constructor(model: ChannelModel) {
    this.#connection = model.connection as unknown as Innards; // amqplib's types hide what its Connection has
    const socket = this.#connection.stream;
    const uncork = (): void => {
      this.#isCorked = false;
      socket.uncork();
    };
    this.#sink = {
      write: (frame) => {
        if (!this.#isCorked) {
          this.#isCorked = true;
          socket.cork();
          process.nextTick(uncork);
        }
        return socket.write(frame);
      },
      end: () => {},
    };
  }

  /** Takes over the writing of an open channel, whose earlier frames are all answered. */
  take(channel: Channel): void {
    const number = (channel as unknown as { ch: number }).ch; // as above
    const record = this.#connection.channels[number];
    if (record != null) record.buffer = this.#sink;
  }
}
