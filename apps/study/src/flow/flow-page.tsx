import type { Flow } from '@novasim/trace';
import { useResource } from '../data/resource.ts';
import { Failed, Loading } from '../parts/notice.tsx';
import type { Params } from '../router/routes.ts';

/** One request as a sequence diagram. */
export function FlowPage({ params }: { readonly params: Params }) {
  const { state, reload } = useResource<Flow>(`/api/flows/${encodeURIComponent(params['id'] ?? '')}`);
  const flow = state.value;
  if (flow.is === 'loading') return <Loading what="flow" />;
  if (flow.is === 'failed') return <Failed what="flow" fault={flow.fault} onRetry={reload} />;
  return <h1>{flow.value.title}</h1>;
}
