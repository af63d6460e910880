import type { FlowSummary } from '@novasim/trace';
import { useResource } from '../data/resource.ts';
import { Failed, Loading, Notice } from '../parts/notice.tsx';
import { Link } from '../router/link.tsx';

/** Every request that was seen. */
export function FlowsPage() {
  const { state, reload } = useResource<{ readonly flows: readonly FlowSummary[] }>('/api/flows');
  const flows = state.value;
  if (flows.is === 'loading') return <Loading what="flows" />;
  if (flows.is === 'failed') return <Failed what="list of flows" fault={flows.fault} onRetry={reload} />;
  if (flows.value.flows.length === 0) return <Notice isWholePage title="Nothing has travelled yet" />;
  return (
    <ul>
      {flows.value.flows.map(({ request_id, title }) => (
        <li key={request_id}>
          <Link href={`/flows/${encodeURIComponent(request_id)}`}>{title}</Link>
        </li>
      ))}
    </ul>
  );
}
