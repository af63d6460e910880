/** What a heartbeat watches. */
export interface Pulse {
  /** A count of bytes that goes on while the client lives. */
  bytesMoved(): number;
  beat(): void;
  onSilence(): void;
}

/**
 * Sends a heartbeat each half interval and ends a connection that stood still for two whole ones (rabbit_heartbeat).
 */
export class Heartbeat implements Disposable {
  readonly #timer: NodeJS.Timeout;

  constructor(seconds: number, pulse: Pulse) {
    let seen = -1;
    let silentTicks = 0;
    this.#timer = setInterval(
      () => {
        const moved = pulse.bytesMoved();
        silentTicks = moved === seen ? silentTicks + 1 : 0;
        seen = moved;
        if (silentTicks >= 4) pulse.onSilence();
        else pulse.beat();
      },
      (seconds * 1000) / 2,
    );
    this.#timer.unref();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
