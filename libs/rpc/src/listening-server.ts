import { abortable } from './abortable.ts';
import type { Listener } from './driver.ts';
import type { RpcServer } from './rpc-server.ts';
import { core, type Transport } from './transport.ts';

/** What is done with the deliveries of a server, as far as its end is concerned. */
export interface Work {
  /** From here on nothing is started. */
  halt(): void;
  /** Gives back to the broker what was not started. Called once no more comes: given back earlier, it would come again. */
  giveBack(): void;
  /** Resolves when, after `giveBack`, all that runs has ended. */
  readonly idle: Promise<void>;
}

/** A server that listens, of whatever kind: how it ends, which is once. */
export class ListeningServer implements RpcServer {
  readonly #transport: Transport;
  readonly #listener: Listener;
  readonly #work: Work;
  #stopping: Promise<void> | undefined;
  #ending: Promise<void> | undefined;

  constructor(transport: Transport, listener: Listener, work: Work) {
    this.#transport = transport;
    this.#listener = listener;
    this.#work = work;
    transport[core].servers.add(this);
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  wait({ signal }: { signal?: AbortSignal } = {}): Promise<void> {
    this.#ending ??= this.#end();
    return abortable(this.#ending, signal);
  }

  async close(options: { signal?: AbortSignal } = {}): Promise<void> {
    await this.stop();
    await this.wait(options);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #stop(): Promise<void> {
    this.#work.halt();
    await this.#listener.cancel();
    this.#work.giveBack();
  }

  async #end(): Promise<void> {
    await this.#work.idle;
    await this.#stopping;
    await this.#listener.close();
    this.#transport[core].servers.delete(this);
  }
}
