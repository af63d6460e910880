import { useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { ACTIONS, KINDS, type LabMatch, type NewRule } from './lab-data.ts';
import { ruleFault, ruleWords } from './rule-words.ts';
import { methodsOf, type Suggestions } from './suggestions.ts';
import type { Change } from './use-lab.ts';

interface RuleFormProps {
  readonly suggestions: Suggestions;
  readonly methodField: RefObject<HTMLInputElement | null>;
  readonly change: Change;
}

const EMPTY = { action: 'hold', side: 'publish', kind: '', method: '', topic: '', server: '', service: '' };
const DELAY_MS = 5_000;

/** What is to happen to the next messages that match; said as a sentence before it is done. */
export function RuleForm({ suggestions, methodField, change }: RuleFormProps) {
  const fields = useSignal(EMPTY);
  const times = useSignal(1);
  const delayMs = useSignal(DELAY_MS);
  const draft = fields.value;
  const rule = ruleOf(draft, times.value, delayMs.value);
  const fault = ruleFault(rule);
  const set = (name: keyof typeof EMPTY) => (event: { currentTarget: { value: string } }) => {
    fields.value = { ...fields.peek(), [name]: event.currentTarget.value };
  };
  const submit = (event: Event) => {
    event.preventDefault();
    if (fault === undefined) void change(ruleWords(rule), 'POST', '/rules', rule);
  };
  const field = (name: 'method' | 'topic' | 'server' | 'service', label: string, known: readonly string[]) => (
    <label class={name}>
      <span>{label}</span>
      <input
        ref={name === 'method' ? methodField : null}
        type="text"
        value={draft[name]}
        list={`known-${name}`}
        placeholder="any"
        spellcheck={false}
        autocomplete="off"
        onInput={set(name)}
      />
      <datalist id={`known-${name}`}>
        {known.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
    </label>
  );
  return (
    <form class="rule-form" aria-labelledby="rule-title" onSubmit={submit}>
      <h2 id="rule-title">The next message</h2>
      <fieldset class="choices">
        <legend class="visually-hidden">What happens to it</legend>
        {ACTIONS.map((action) => (
          <label key={action}>
            <input
              type="radio"
              name="action"
              value={action}
              checked={draft.action === action}
              onChange={set('action')}
            />
            {NAMES[action]}
          </label>
        ))}
      </fieldset>
      <div class="fields">
        {field('method', 'Method', methodsOf(draft.topic))}
        <label>
          <span>Kind</span>
          <select value={draft.kind} onChange={set('kind')}>
            <option value="">any request</option>
            {KINDS.map((kind) => (
              <option key={kind}>{kind}</option>
            ))}
          </select>
        </label>
        {field('topic', 'To the topic', suggestions.topics)}
        {field('server', 'To the host', suggestions.servers.get(draft.topic) ?? [])}
        <label>
          <span>Caught</span>
          <select value={draft.side} onChange={set('side')}>
            <option value="publish">before it is sent</option>
            <option value="dispatch">when it has arrived</option>
          </select>
        </label>
        {field('service', draft.side === 'publish' ? 'Sent by' : 'Received by', suggestions.services)}
        <label class="short">
          <span>How many</span>
          <input
            type="number"
            min={1}
            value={times.value}
            onInput={(event) => {
              times.value = event.currentTarget.valueAsNumber;
            }}
          />
        </label>
        {draft.action === 'delay' && (
          <label class="short">
            <span>For, ms</span>
            <input
              type="number"
              min={1}
              max={600_000}
              value={delayMs.value}
              onInput={(event) => {
                delayMs.value = event.currentTarget.valueAsNumber;
              }}
            />
          </label>
        )}
      </div>
      <div class="foot">
        <p class={fault === undefined ? 'sentence' : 'sentence soft'}>{fault ?? ruleWords(rule)}</p>
        <button type="submit" aria-disabled={fault !== undefined}>
          Set this rule
        </button>
      </div>
    </form>
  );
}

const NAMES = { hold: 'Hold', delay: 'Delay', drop: 'Drop', duplicate: 'Double' } as const;

function ruleOf({ action, side, ...match }: typeof EMPTY, times: number, delay_ms: number): NewRule {
  const named = Object.entries(match).flatMap(([name, value]) => (value.trim() === '' ? [] : [[name, value.trim()]]));
  return {
    action: action as NewRule['action'], // from the form's own choices
    times,
    match: { side, ...Object.fromEntries(named) } as LabMatch, // the same
    ...(action === 'delay' && { delay_ms }),
  };
}
