import { duration } from '../parts/figures.ts';
import type { LabMatch, NewRule, Trouble } from './lab-data.ts';

/** A rule as a sentence: `Hold the next cast build_and_run_instance to compute.h1, before it is sent.` */
export function ruleWords({ action, delay_ms = 0, times, match }: NewRule): string {
  const which = times === 1 ? 'the next' : `the next ${times}`;
  return `${VERBS[action]} ${which} ${matchWords(match, times)}${action === 'delay' ? ` for ${duration(delay_ms)}` : ''}, ${where(match.side, times)}${AFTER[action][match.side]}.`;
}

/** Which messages a rule is for: `cast build_and_run_instance to compute.h1 of api`. */
function matchWords({ side, service, topic, method, kind, server }: LabMatch, times: number): string {
  const what = `${kind ?? 'request'}${times === 1 || method !== undefined ? '' : 's'}`;
  const to = [topic, server].filter(Boolean).join('.');
  const who =
    service === undefined
      ? ''
      : side === 'publish'
        ? ` from ${service}`
        : ` that ${times === 1 ? 'reaches' : 'reach'} ${service}`;
  return `${what}${method === undefined ? '' : ` ${method}`}${to === '' ? '' : ` to ${to}`}${who}`;
}

const VERBS = { hold: 'Hold', delay: 'Delay', drop: 'Drop', duplicate: 'Double' } as const;
const AFTER = {
  hold: { publish: '', dispatch: ', acknowledged but not run' },
  delay: { publish: '', dispatch: ', acknowledged but not run' },
  drop: { publish: '', dispatch: ', acknowledged and never run' },
  duplicate: { publish: ': twins carry one unique id', dispatch: '' },
} as const;

function where(side: LabMatch['side'], times: number): string {
  if (side === 'publish') return `before the broker has ${times === 1 ? 'it' : 'them'}`;
  return times === 1 ? 'when it has arrived' : 'when they have arrived';
}

/** What is wrong with a rule before it is sent, in words; the lab has the last word. */
export function ruleFault({ action, delay_ms = 0, times, match: { side, kind } }: NewRule): string | undefined {
  if (action === 'duplicate' && side === 'dispatch') return 'A twin is made where the message is sent.';
  if (side === 'dispatch' && (kind === 'reply' || kind === 'notification')) return 'Only requests are run on arrival.';
  if (!Number.isInteger(times) || times < 1) return 'How many must be a whole number from 1 on.';
  if (action === 'delay' && (!Number.isInteger(delay_ms) || delay_ms < 1)) return 'A delay needs its milliseconds.';
  return undefined;
}

/** How a hypervisor fares: `each spawn takes 5.00 s longer, the next 2 fail`. */
export function troubleWords({ slow_ms, fail_next, fail_rate }: Trouble): string {
  const words = [
    slow_ms > 0 && `each spawn takes ${duration(slow_ms)} longer`,
    fail_next > 0 && (fail_next === 1 ? 'the next spawn fails' : `the next ${fail_next} spawns fail`),
    fail_rate > 0 && `${Math.round(fail_rate * 100)} % of spawns fail`,
  ].filter(Boolean);
  return words.length === 0 ? 'as it was started' : words.join(', ');
}
