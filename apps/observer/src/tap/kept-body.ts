import { copied } from '../copied.ts';
import { maskText } from '../masking/mask-text.ts';
import { shortened } from './shortened.ts';

/** What is kept of a message's body: text, masked, no longer than {@link KEPT_CHARACTERS}. */
export interface KeptBody {
  readonly body: string;
  readonly isCut: boolean;
}

const KEPT_CHARACTERS = 65_536;
/** Longer ones are not read as JSON: a few of them would stop everything else. */
const READ_BYTES = 1_048_576;

/** Masks before it cuts. A body that is too long is kept as JSON with its long values shortened, so that its ids can be read. */
export function keepBody(content: Buffer): KeptBody {
  if (content.length <= KEPT_CHARACTERS) return { body: maskText(content.toString()), isCut: false };
  const inside = content.length <= READ_BYTES ? shortened(content.toString(), KEPT_CHARACTERS / 2) : idsIn(content);
  const body = maskText(inside ?? content.subarray(0, READ_BYTES).toString());
  return { body: copied(body.slice(0, KEPT_CHARACTERS)), isCut: true };
}

/** Fields by which a message of oslo.messaging is sorted; searched for as bytes, because nothing longer is worth the memory. */
const IDS = [
  'method',
  'namespace',
  'version',
  '_msg_id',
  '_reply_q',
  '_unique_id',
  '_context_request_id',
  'event_type',
  'publisher_id',
];
const LONGEST_ID = 300;

/** An envelope with nothing but the ids in it; undefined where there are none. */
function idsIn(content: Buffer): string | undefined {
  const found = IDS.flatMap((name) => {
    const value = idAt(content, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  if (found.length === 0) return undefined;
  const message = { ...Object.fromEntries(found), args: { '…': `${content.length} bytes are not kept` } };
  return JSON.stringify({ 'oslo.version': '2.0', 'oslo.message': JSON.stringify(message) });
}

/** The last of that name: ids stand behind the arguments. */
function idAt(content: Buffer, name: string): string | undefined {
  const at = content.lastIndexOf(`"${name}`) === -1 ? -1 : lastKey(content, name);
  if (at === -1) return undefined;
  const text = content.toString('utf8', at, at + name.length + LONGEST_ID);
  return /^[^"\\]*\\*"\s*:\s*\\*"([^"\\]*)\\*"/.exec(text)?.[1];
}

function lastKey(content: Buffer, name: string): number {
  return Math.max(content.lastIndexOf(`"${name}"`), content.lastIndexOf(`"${name}\\"`)) + 1;
}
