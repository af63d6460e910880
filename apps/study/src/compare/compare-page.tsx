import { compareFlows, type Flow } from '@novasim/trace';
import { useMemo } from 'preact/hooks';
import { useResource } from '../data/resource.ts';
import { flowUrl } from '../flows/flow-row.tsx';
import { compareUrl } from '../flows/picks.ts';
import { useKeys } from '../keys/key-map.ts';
import { clock, duration } from '../parts/figures.ts';
import { Failed, Loading } from '../parts/notice.tsx';
import { OutcomeSign } from '../parts/outcome-sign.tsx';
import { Words } from '../parts/words.tsx';
import { Link } from '../router/link.tsx';
import { navigate } from '../router/location.ts';
import type { Params } from '../router/routes.ts';
import { ComparedRows } from './compared-rows.tsx';
import { verdictOf } from './verdict.ts';

/** Two requests side by side: what is the same, what moved, where they part. */
export function ComparePage({ params }: { readonly params: Params }) {
  const { a = '', b = '' } = params;
  const path = `/api/flows/${encodeURIComponent(a)}/compare/${encodeURIComponent(b)}`;
  const { state, reload } = useResource<{ readonly a: Flow; readonly b: Flow }>(path);
  useKeys('Two flows', [{ keys: ['x'], does: 'Exchange the sides', run: () => navigate(compareUrl(b, a)) }]);

  const both = state.value;
  if (both.is === 'loading') return <Loading what="flows" />;
  if (both.is === 'failed') return <Failed what="pair of flows" fault={both.fault} onRetry={reload} />;
  return <Comparison a={both.value.a} b={both.value.b} />;
}

function Comparison({ a, b }: { readonly a: Flow; readonly b: Flow }) {
  const comparison = useMemo(() => compareFlows(a, b), [a, b]);
  return (
    <div class="compare">
      <h1>Two flows</h1>
      <p class="sentence">{verdictOf(comparison)}</p>
      <div class="sides">
        <Side name="First" flow={a} />
        <button type="button" onClick={() => navigate(compareUrl(b.request_id, a.request_id))}>
          Exchange
        </button>
        <Side name="Second" flow={b} />
      </div>
      <ComparedRows a={a} b={b} comparison={comparison} />
    </div>
  );
}

function Side({ name, flow }: { readonly name: string; readonly flow: Flow }) {
  return (
    <section aria-label={name}>
      <h2>
        <Link href={flowUrl(flow.request_id)}>{flow.title}</Link>
      </h2>
      <p class="meta">
        <OutcomeSign outcome={flow.outcome} />
        <span>{duration(flow.duration_ms)}</span>
        <span class="soft">{clock(flow.started_at_ms)}</span>
      </p>
      <p class="soft id">{flow.request_id}</p>
      {flow.why !== undefined && (
        <p class="kind-failure">
          <Words text={flow.why} />
        </p>
      )}
    </section>
  );
}
