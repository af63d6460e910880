import type { FlowMark } from './flow.ts';
import { at, innerMessage, textAt } from './json.ts';
import { faultText, httpText, verdictText } from './mark-texts.ts';
import type { MessageRecord } from './record.ts';
import { type StateChange, stateAsked, stateTold } from './state-change.ts';

/** What a message says of its flow, beside that it was sent. */
export interface Story {
  readonly kind: FlowMark['kind'];
  readonly text: string;
  readonly state?: StateChange;
  /** Status of an HTTP answer; 0 for a request. */
  readonly status?: number;
  /** Told by a notification, not read out of a request. */
  readonly isTold: boolean;
}

/** Read once from each message that may have one. */
export function storyOf(record: MessageRecord): Story | undefined {
  const { kind, method } = record.facts;
  const mayHave = kind === 'notification' || (method !== undefined && SAVES.has(method));
  if (!mayHave) return undefined;
  const known = read.get(record);
  if (known !== undefined) return known ?? undefined;
  const story = readStory(record);
  read.set(record, story ?? null);
  return story;
}

const SAVES: ReadonlySet<string> = new Set(['instance_update', 'instance_destroy', 'object_action']);
const read = new WeakMap<MessageRecord, Story | null>();

function readStory({ facts, published }: MessageRecord): Story | undefined {
  const message = innerMessage(published.body);
  if (message === undefined) return undefined;
  if (facts.kind !== 'notification') {
    const state = stateAsked(message['method'], message['args']);
    return state === undefined ? undefined : { kind: 'state', text: '', state, isTold: false };
  }
  return notified(facts.event_type ?? '', message['payload'], textAt(message, 'priority'));
}

function notified(event: string, payload: unknown, priority: string | undefined): Story {
  const isTold = true;
  if (/^(http|api)\.(request|response)$/.test(event)) {
    return { kind: 'http', text: httpText(payload), status: statusOf(payload), isTold };
  }
  if (priority?.toLowerCase() === 'error' || event.endsWith('.error')) {
    const state = stateTold(payload);
    return { kind: 'fault', text: faultText(event, payload), ...(state !== undefined && { state }), isTold };
  }
  const state = UPDATE.test(event) ? stateTold(payload) : undefined;
  if (state !== undefined) return { kind: 'state', text: '', state, isTold };
  if (event.startsWith('scheduler.select_destinations.')) {
    return { kind: 'verdict', text: verdictText(event, payload), isTold };
  }
  return { kind: 'note', text: event.replace(/^compute\.(?=instance\.)/, ''), isTold };
}

const UPDATE = /^(compute\.)?instance\.update$/;

function statusOf(payload: unknown): number {
  return (
    Number.parseInt(textAt(payload, 'response', 'status') ?? String(at(payload, 'response', 'status') ?? 0), 10) || 0
  );
}
