import type { FlowSummary } from '@novasim/trace';
import { clock, duration } from '../parts/figures.ts';
import { OutcomeSign } from '../parts/outcome-sign.tsx';
import { Words } from '../parts/words.tsx';
import { Link } from '../router/link.tsx';

interface FlowRowProps {
  readonly flow: FlowSummary;
  readonly rowIndex: number;
  readonly isCurrent: boolean;
  readonly isPicked: boolean;
  readonly onPick: (id: string) => void;
}

/** Where a flow is looked at. */
export function flowUrl(id: string): string {
  return `/flows/${encodeURIComponent(id)}`;
}

/** What, who, how long, how it ended. */
export function FlowRow({ flow, rowIndex, isCurrent, isPicked, onPick }: FlowRowProps) {
  const { request_id, title, why, services, outcome } = flow;
  return (
    <tr class={`flow-row${isCurrent ? ' current' : ''}`} aria-rowindex={rowIndex} aria-current={isCurrent}>
      <td class="pick">
        <input
          type="checkbox"
          checked={isPicked}
          aria-label={`Compare ${title} of ${clock(flow.started_at_ms)}`}
          onChange={() => onPick(request_id)}
        />
      </td>
      <td class="when">{clock(flow.started_at_ms)}</td>
      <td class="what">
        <Link href={flowUrl(request_id)}>{title}</Link>
        <span class={why === undefined ? 'id' : 'why'}>{why === undefined ? request_id : <Words text={why} />}</span>
      </td>
      <td class="who">{services.join(' · ')}</td>
      <td class="hops">{flow.hop_count}</td>
      <td class="long">{duration(flow.duration_ms)}</td>
      <td class="end">
        <OutcomeSign outcome={outcome} />
      </td>
    </tr>
  );
}
