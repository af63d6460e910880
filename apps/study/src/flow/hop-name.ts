import type { FlowHop } from '@novasim/trace';

/** A hop in a phrase that begins with what is written at it: `instance_update, call from compute.h1 to conductor: answered`. */
export function hopName({ kind, from, to, outcome, error }: FlowHop, text: string): string {
  const phrase = `${kind} from ${from} to ${to}: ${error ?? outcome}`;
  return text === '' ? phrase : `${text}, ${phrase}`;
}

/** The hop's sentence: what a known flow says of it, else what is known of its end. */
export function sentenceOf(hop: FlowHop, says: ReadonlyMap<number, string>, call: FlowHop | undefined): string {
  const told = says.get(hop.id);
  if (told !== undefined) return told;
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
