import type { Flow, FlowHop } from '@novasim/trace';
import type { PictureMark } from './picture.ts';

/** A hop in a phrase that begins with what is written at it: `instance_update, call from compute.h1 to conductor: answered`. */
export function hopName({ kind, from, to, outcome, error }: FlowHop, text: string): string {
  const phrase = `${kind} from ${from} to ${to}: ${error ?? outcome}`;
  return text === '' ? phrase : `${text}, ${phrase}`;
}

/** What a service said, in a phrase that begins with what is written there; whole, where only a part of it is. */
export function markName({ text, shown, lane }: PictureMark): string {
  return shown.text === text ? `${text}, said by ${lane}` : `${shown.text}, said by ${lane}: ${text}`;
}

/** The hop's sentence: what a known flow says of it, else what a service said by it, else what is known of its end. */
export function sentenceOf(hop: FlowHop, says: ReadonlyMap<number, string>, { hops, marks }: Flow): string {
  const told = says.get(hop.id) ?? marks.find(({ id }) => id === hop.id)?.text;
  if (told !== undefined) return told;
  const call = hops.find(({ id }) => id === hop.pair_id);
  if (hop.kind !== 'reply') return sentence(hop.why);
  const asked = call?.method === undefined ? '' : ` ${call.method}`;
  return hop.error === undefined
    ? `${hop.from} has answered${asked}; ${hop.to} goes on.`
    : `${hop.from} could not do${asked || ' it'}, and says why: ${hop.to} decides what happens now.`;
}

function sentence(text: string): string {
  if (text === '') return '';
  return `${text[0]?.toUpperCase()}${text.slice(1)}${/[.!?…]$/.test(text) ? '' : '.'}`;
}
