import type { ComparedRow, Flow, FlowComparison, FlowHop } from '@novasim/trace';
import { KindSample } from '../flow/legend.tsx';
import { flowUrl } from '../flows/flow-row.tsx';
import { duration } from '../parts/figures.ts';
import { Link } from '../router/link.tsx';

interface ComparedRowsProps {
  readonly a: Flow;
  readonly b: Flow;
  readonly comparison: FlowComparison;
}

/** The messages of both, those of the same step in one line. */
export function ComparedRows({ a, b, comparison: { rows, parts_at } }: ComparedRowsProps) {
  return (
    <table class="compared">
      <thead>
        <tr>
          <th scope="col">First</th>
          <th scope="col">How they compare</th>
          <th scope="col">Second</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <tr
            key={`${row.kind}${row.a?.id}-${row.b?.id}-${index}`}
            class={`${row.kind.replace(' ', '-')}${index === parts_at ? ' parts' : ''}`}
          >
            <Step hop={row.kind === 'only b' ? undefined : row.a} flow={a} />
            <td class="how">
              <span class="mark">{SIGNS[row.kind]}</span> {WORDS[row.kind]}
              {row.later_ms !== undefined && Math.abs(row.later_ms) >= 1 && (
                <span class="soft">
                  {duration(Math.abs(row.later_ms))} {row.later_ms > 0 ? 'later' : 'earlier'}
                </span>
              )}
            </td>
            <Step hop={row.kind === 'only a' ? undefined : row.b} flow={b} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Step({ hop, flow }: { readonly hop: FlowHop | undefined; readonly flow: Flow }) {
  if (hop === undefined) return <td class="step nothing">–</td>;
  const hasFailed = ['failed', 'lost', 'timed out'].includes(hop.outcome);
  return (
    <td class="step">
      <KindSample kind={hasFailed ? 'failure' : hop.kind} />
      <span class="what">
        <Link href={`${flowUrl(flow.request_id)}?hop=${hop.id}`}>{hop.about ?? hop.method ?? hop.kind}</Link>
        <span class="soft">
          {hop.kind} {hop.from} → {hop.to}
        </span>
        {hasFailed && <span class="kind-failure">{hop.error ?? `${hop.outcome}: ${hop.why}`}</span>}
      </span>
      <span class="soft at">{duration(hop.t_ms)}</span>
    </td>
  );
}

const SIGNS: Readonly<Record<ComparedRow['kind'], string>> = {
  same: '=',
  differs: '≠',
  moved: '↕',
  'only a': '←',
  'only b': '→',
};

const WORDS: Readonly<Record<ComparedRow['kind'], string>> = {
  same: 'same',
  differs: 'another end',
  moved: 'another place',
  'only a': 'only in the first',
  'only b': 'only in the second',
};
