import { useEffect, useMemo, useRef } from 'preact/hooks';
import { useResource } from '../data/resource.ts';
import { useKeys } from '../keys/key-map.ts';
import { counted } from '../parts/figures.ts';
import { Failed, Loading, Notice } from '../parts/notice.tsx';
import { here, navigate, withQuery } from '../router/location.ts';
import './bus.css';
import { BusGraph } from './bus-graph.tsx';
import { busModel } from './bus-model.ts';
import { DeadEnds } from './dead-ends.tsx';
import { pathOf } from './question.ts';
import { RouteForm } from './route-form.tsx';
import type { RouteAnswer, Topology } from './topology.ts';
import { useTopology } from './use-topology.ts';

/** What leads where on the bus, live, and what would happen to a message. */
export function BusPage() {
  const { topology, reload } = useTopology();
  if (topology.is === 'loading') return <Loading what="bus" />;
  if (topology.is === 'failed') return <Failed what="bus" fault={topology.fault} onRetry={reload} />;
  if (topology.value.at_ms === 0) return <NothingSaid />;
  return <Bus topology={topology.value} />;
}

function Bus({ topology }: { readonly topology: Topology }) {
  const { searchParams } = here.value;
  const exchange = searchParams.get('exchange') ?? undefined;
  const routingKey = searchParams.get('key') ?? '';
  const open = useMemo(() => new Set(searchParams.getAll('open')), [searchParams]);
  const model = useMemo(() => busModel(topology), [topology]);
  const keyField = useRef<HTMLInputElement>(null);

  const asked = new URLSearchParams({ exchange: exchange ?? '', routing_key: routingKey });
  const { state, reload } = useResource<RouteAnswer>(exchange === undefined ? undefined : `/api/route?${asked}`);
  const answer = state.value;
  const { at_ms } = topology;
  useEffect(reload, [at_ms]); // what the broker says anew may change the answer
  const path = useMemo(
    () => (exchange === undefined || answer.is !== 'ready' ? undefined : pathOf(model, answer.value)),
    [model, answer, exchange],
  );

  const ask = (to: string, key: string) => navigate(askUrl(to, key), { isReplacing: exchange !== undefined });
  const clear = () => navigate(askUrl(undefined, ''));
  const folds = model.queues.filter(({ queues }) => queues.length > 1).map(({ id }) => id);
  const setOpen = (ids: readonly string[]) => navigate(openUrl(ids), { isReplacing: true });

  useKeys('Bus', [
    { keys: ['/'], does: 'Ask where a message goes', run: () => keyField.current?.focus() },
    { keys: ['o'], does: 'Unfold all queues, or fold them', run: () => setOpen(open.size > 0 ? [] : folds) },
    { keys: ['Enter'], does: 'Ask about the exchange or binding, open the fold', run: () => false },
    { keys: ['Escape'], does: 'Ask no more', run: () => (exchange === undefined ? false : clear()) },
  ]);

  const { queues, consumers, exchanges } = topology;
  return (
    <div class="bus">
      <header class="bus-head">
        <h1>Bus</h1>
        <p class="soft">
          {counted(exchanges.length, 'exchange')}, {counted(queues.length, 'queue')},{' '}
          {counted(consumers.length, 'consumer')}
        </p>
        {folds.length > 0 && (
          <button type="button" aria-pressed={open.size > 0} onClick={() => setOpen(open.size > 0 ? [] : folds)}>
            {open.size > 0 ? 'Fold queues' : 'Unfold queues'}
          </button>
        )}
      </header>
      <RouteForm
        topology={topology}
        exchange={exchange}
        routingKey={routingKey}
        answer={answer}
        keyField={keyField}
        onAsk={ask}
        onClear={clear}
      />
      <DeadEnds deadEnds={topology.dead_ends} isAll={searchParams.get('dead_ends') === 'all'} />
      <BusGraph
        model={model}
        open={open}
        path={path}
        onAsk={ask}
        onToggle={(id) => setOpen(open.has(id) ? [...open].filter((one) => one !== id) : [...open, id])}
      />
    </div>
  );
}

function NothingSaid() {
  return (
    <Notice isWholePage title="The broker has not said what it holds">
      <p>
        Exchanges and queues come from the broker’s management API. Where the observer cannot ask it, flows are shown
        all the same; <a href="/api/status">its status</a> says what is in the way.
      </p>
    </Notice>
  );
}

/** An empty exchange is one that has a name of no letters, so it stays in the URL. */
function askUrl(exchange: string | undefined, key: string): string {
  const url = new URL(withQuery({ key }), location.href);
  if (exchange === undefined) url.searchParams.delete('exchange');
  else url.searchParams.set('exchange', exchange);
  return `${url.pathname}${url.search}`;
}

function openUrl(ids: readonly string[]): string {
  const url = new URL(here.peek());
  url.searchParams.delete('open');
  for (const id of ids) url.searchParams.append('open', id);
  return `${url.pathname}${url.search}`;
}
