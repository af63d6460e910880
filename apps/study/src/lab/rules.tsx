import type { LabRule } from './lab-data.ts';
import { ruleWords } from './rule-words.ts';
import type { Change } from './use-lab.ts';

/** Rules that wait for their messages. */
export function Rules({ rules, change }: { readonly rules: readonly LabRule[]; readonly change: Change }) {
  return (
    <section class="rules" aria-label="Rules that wait">
      <h2>Rules that wait</h2>
      {rules.length === 0 ? (
        <p class="soft">None: every message goes its way.</p>
      ) : (
        <ul>
          {rules.map((rule) => (
            <li key={rule.id}>
              <span>
                {ruleWords(rule)} <span class="soft">In {rule.services.join(', ')}.</span>
              </span>
              <button type="button" onClick={() => void change('The rule is gone.', 'DELETE', `/rules/${rule.id}`)}>
                Remove<span class="visually-hidden">: {ruleWords(rule)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
