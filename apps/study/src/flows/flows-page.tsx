import { useComputed } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { useKeys } from '../keys/key-map.ts';
import { counted } from '../parts/figures.ts';
import { Failed, Loading, Notice } from '../parts/notice.tsx';
import { here, navigate, setQuery } from '../router/location.ts';
import { FlowFilters } from './flow-filters.tsx';
import { FlowTable } from './flow-table.tsx';
import { PickedFlows } from './picked-flows.tsx';
import { compareUrl, picksOf, withPick } from './picks.ts';
import { useFlowList } from './use-flow-list.ts';

/** Every request that was seen, the newest on top, live. */
export function FlowsPage() {
  const filters = useComputed(() => {
    const { searchParams } = here.value;
    const of = (name: string) => searchParams.get(name) ?? '';
    return { q: of('q'), outcome: of('outcome'), service: of('service'), show: of('show') };
  }).value;
  const { list, state, reload, pause, older } = useFlowList(filters);
  const search = useRef<HTMLInputElement>(null);
  const { shown, held, isPaused } = list.value;
  const picks = picksOf(here.value);
  const [a, b] = picks;
  const isFiltered = filters.q !== '' || filters.outcome !== '' || filters.service !== '';

  useKeys('Flows', [
    { keys: ['/'], does: 'Search', run: () => search.current?.focus() },
    { keys: ['p'], does: 'Pause, or catch up', run: () => pause(!list.peek().isPaused) },
    {
      keys: ['c'],
      does: 'Compare the two that are chosen',
      run: () => a !== undefined && b !== undefined && navigate(compareUrl(a, b)),
    },
  ]);

  return (
    <div class="flows">
      <header class="flows-head">
        <h1>Flows</h1>
        <p class="soft">{state.is === 'ready' && counted(shown.length, 'flow')}</p>
        <button type="button" aria-pressed={isPaused} onClick={() => pause(!isPaused)}>
          {isPaused ? `Catch up${held.size > 0 ? ` (${held.size.toLocaleString('en')} new)` : ''}` : 'Pause'}
        </button>
      </header>
      <FlowFilters filters={filters} search={search} />
      <PickedFlows picks={picks} shown={shown} />
      {state.is === 'loading' && shown.length === 0 && <Loading what="flows" />}
      {state.is === 'failed' && shown.length === 0 && (
        <Failed what="list of flows" fault={state.fault} onRetry={reload} />
      )}
      {state.is === 'ready' && shown.length === 0 && (isFiltered ? <NothingFits /> : <NothingYet />)}
      {shown.length > 0 && (
        <FlowTable
          flows={shown}
          picks={picks}
          onPick={(id) => navigate(withPick(id, here.peek()), { isReplacing: true })}
          onEnd={older}
        />
      )}
    </div>
  );
}

function NothingFits() {
  return (
    <Notice title="No flow fits">
      <p>
        Words are looked for in request ids, instances, methods, message ids, errors and services; one field alone is
        asked as <b>method:run_instance</b>.
      </p>
      <div class="actions">
        <button type="button" onClick={() => setQuery({ q: '', outcome: '', service: '', show: '' })}>
          Show all flows
        </button>
      </div>
    </Notice>
  );
}

function NothingYet() {
  return (
    <Notice title="Nothing has travelled yet">
      <p>As soon as a message is sent on the bus, it is seen here. Boot an instance, for one:</p>
      <pre>openstack server create --flavor m1.tiny --image cirros-0.6.2-x86_64-disk --network demo first</pre>
    </Notice>
  );
}
