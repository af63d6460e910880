import type { FlowHop, FlowMark, FlowOutcome } from './flow.ts';
import type { Marks } from './marks-of.ts';
import type { StateChange } from './state-change.ts';

/** How a whole request stands, and why it did not go well. */
export function flowOutcome(
  hops: readonly FlowHop[],
  { marks, states }: Marks,
): { readonly outcome: FlowOutcome; readonly why?: string } {
  const why = whyOf(hops, marks, states);
  if (why !== undefined) return { outcome: 'failed', why };
  const isUnderway = hops.some(({ kind, outcome }) => (kind === 'call' || kind === 'cast') && UNDERWAY.has(outcome));
  return { outcome: isUnderway || isAsking(marks) || isSettled(states) === false ? 'open' : 'done' };
}

/** Whether no instance is in the middle of a task; undefined where nothing was said of states. */
export function isSettled(states: ReadonlyMap<string, StateChange>): boolean | undefined {
  const tasks = [...states.values()].filter(({ task_state }) => task_state !== undefined);
  return tasks.length === 0
    ? undefined
    : tasks.every(({ task_state, vm_state }) => task_state === null || vm_state === 'error');
}

const UNDERWAY: ReadonlySet<string> = new Set(['queued', 'running']);

/** What went wrong last and was not made good: a fault, a message that failed, an instance in error, a refusal. */
function whyOf(
  hops: readonly FlowHop[],
  marks: readonly FlowMark[],
  states: ReadonlyMap<string, StateChange>,
): string | undefined {
  const isError = [...states.values()].some(({ vm_state }) => vm_state === 'error');
  const fault = marks.findLast(({ kind }) => kind === 'fault');
  const isMadeGood = !isError && isSettled(states) === true;
  if (fault !== undefined && !isMadeGood) return fault.text;
  const trouble = hops.find((hop) => isTrouble(hop) && !(isMadeGood && hop.outcome === 'failed') && !wentOn(hop, hops));
  if (trouble !== undefined) return sentenceOf(trouble);
  if (isError) return 'the instance is in error';
  return marks.find(({ kind, text }) => kind === 'http' && /^(failed|[45]\d\d) /.test(text))?.text;
}

function isTrouble({ kind, outcome }: FlowHop): boolean {
  return (
    (kind === 'call' || kind === 'cast') && (outcome === 'failed' || outcome === 'timed out' || outcome === 'lost')
  );
}

/** A caller that asks on after a failure has dealt with it. */
function wentOn({ kind, from, ended_t_ms, outcome }: FlowHop, hops: readonly FlowHop[]): boolean {
  if (kind !== 'call' || outcome === 'lost' || ended_t_ms === undefined) return false;
  return hops.some((later) => later.from === from && REQUESTS.has(later.kind) && later.t_ms > ended_t_ms);
}

const REQUESTS: ReadonlySet<string> = new Set(['call', 'cast', 'fanout']);

function sentenceOf({ kind, to, method, error, outcome, why }: FlowHop): string {
  const what = method === undefined ? `${kind} to ${to}` : `${kind} ${method} to ${to}`;
  return outcome === 'failed' && error !== undefined ? `${what}: ${error}` : `${what} ${outcome}: ${why}`;
}

/** An HTTP request without its answer. */
function isAsking(marks: readonly FlowMark[]): boolean {
  const http = marks.filter(({ kind }) => kind === 'http');
  return http.length === 1 && !/^(failed|\d\d\d) /.test(http[0]?.text ?? '');
}
