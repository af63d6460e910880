import { useSignal } from '@preact/signals';
import type { Hypervisor, Trouble } from './lab-data.ts';
import { troubleWords } from './rule-words.ts';
import type { Change } from './use-lab.ts';

interface HypervisorsProps {
  readonly hypervisors: readonly Hypervisor[];
  readonly change: Change;
}

const NONE: Trouble = { slow_ms: 0, fail_next: 0, fail_rate: 0 };

/** Makes the hypervisor of a host slow, or lets its spawns fail. */
export function Hypervisors({ hypervisors, change }: HypervisorsProps) {
  const host = useSignal('');
  const trouble = useSignal(NONE);
  const chosen = hypervisors.find((one) => one.host === host.value) ?? hypervisors[0];
  const troubled = hypervisors.filter(({ slow_ms, fail_next, fail_rate }) => slow_ms + fail_next + fail_rate > 0);
  if (chosen === undefined) return null;

  const apply = (to: string, wish: Trouble) =>
    void change(`${to}: ${troubleWords(wish)}.`, 'POST', `/hypervisors/${encodeURIComponent(to)}`, wish);
  const number = (name: keyof Trouble, label: string, max: number, step: number) => (
    <label class="short">
      <span>{label}</span>
      <input
        type="number"
        min={0}
        max={max}
        step={step}
        value={trouble.value[name]}
        onInput={(event) => {
          const { valueAsNumber } = event.currentTarget;
          trouble.value = { ...trouble.peek(), [name]: Number.isNaN(valueAsNumber) ? 0 : valueAsNumber };
        }}
      />
    </label>
  );
  return (
    <section class="hypervisors" aria-label="Hypervisors">
      <h2>Hypervisors</h2>
      <form
        class="fields"
        aria-label="Trouble a hypervisor"
        onSubmit={(event) => {
          event.preventDefault();
          apply(chosen.host, trouble.peek());
        }}
      >
        <label>
          <span>Host</span>
          <select
            value={chosen.host}
            onChange={(event) => {
              host.value = event.currentTarget.value;
            }}
          >
            {hypervisors.map((one) => (
              <option key={one.host}>{one.host}</option>
            ))}
          </select>
        </label>
        {number('slow_ms', 'Slower by, ms', 600_000, 100)}
        {number('fail_next', 'Fail the next', 1_000_000, 1)}
        {number('fail_rate', 'Share that fails', 1, 0.05)}
        <button type="submit">Apply</button>
      </form>
      {troubled.length === 0 ? (
        <p class="soft">All fare as they were started.</p>
      ) : (
        <ul>
          {troubled.map((one) => (
            <li key={one.host}>
              <span>
                <b>{one.host}</b>: {troubleWords(one)}
              </span>
              <button type="button" onClick={() => apply(one.host, NONE)}>
                Reset<span class="visually-hidden"> {one.host}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
