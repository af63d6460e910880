import type { FlowOutcome } from '@novasim/trace';

/** How a flow ended: a tick, a cross or a ring, and the word. Only a failure has a colour. */
export function OutcomeSign({ outcome }: { readonly outcome: FlowOutcome }) {
  return (
    <span class={`sign ${outcome}`}>
      <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true" fill="none" stroke="currentColor">
        <path d={SHAPES[outcome]} stroke-width="1.75" stroke-linecap="round" />
      </svg>
      {outcome}
    </span>
  );
}

const SHAPES: Readonly<Record<FlowOutcome, string>> = {
  open: 'M6 1.5a4.5 4.5 0 1 0 .01 0',
  done: 'm1.5 6.5 3 3 6-7',
  failed: 'm2 2 8 8m0-8-8 8',
};
