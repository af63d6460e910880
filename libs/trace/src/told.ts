import type { HopOutcome } from './flow.ts';

/** How a message ended, or where it is, and what is known of that in a sentence. */
export interface Told {
  readonly outcome: HopOutcome;
  readonly why: string;
  /** Milliseconds since 1970. */
  readonly ended_at_ms?: number;
}
