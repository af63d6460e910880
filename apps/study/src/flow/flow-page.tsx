import { diagramOf, type Flow } from '@novasim/trace';
import { useCallback, useEffect, useMemo } from 'preact/hooks';
import { useKeys } from '../keys/key-map.ts';
import { Failed, Loading } from '../parts/notice.tsx';
import { query, setQuery } from '../router/location.ts';
import type { Params } from '../router/routes.ts';
import { SequenceDiagram } from './diagram.tsx';
import { FlowHead } from './flow-head.tsx';
import { Inspector } from './inspector.tsx';
import { Legend } from './legend.tsx';
import { pictureOf } from './picture.ts';
import { stepFrom, stepsOf } from './steps.ts';
import { taleOf } from './tale.ts';
import { useLiveFlow } from './use-live-flow.ts';

/** One request as a sequence diagram, live, with the message that is looked at beside it. */
export function FlowPage({ params }: { readonly params: Params }) {
  const id = params['id'] ?? '';
  return <LiveFlow key={id} id={id} />;
}

function LiveFlow({ id }: { readonly id: string }) {
  const { flow, reload } = useLiveFlow(id);
  if (flow.is === 'loading') return <Loading what="flow" />;
  if (flow.is === 'failed') return <Failed what="flow" fault={flow.fault} onRetry={reload} />;
  return <FlowView flow={flow.value} />;
}

const hopInUrl = query('hop');
const time = query('time');
const queues = query('queues');
const kinds = query('kinds');

function FlowView({ flow }: { readonly flow: Flow }) {
  const selected = hopInUrl.value === '' ? undefined : Number(hopInUrl.value);
  const hop = flow.hops.find(({ id }) => id === selected);
  const isToScale = time.value === 'scale';
  const showsQueues = queues.value === 'lanes';
  const showsAll = kinds.value === 'all';

  useEffect(() => {
    document.title = `${flow.title} · novasim`;
  }, [flow.title]);

  const diagram = useMemo(
    () => diagramOf(flow, { showsQueues, ...(showsAll && { hiddenKinds: [] }) }),
    [flow, showsQueues, showsAll],
  );
  const drawn = useMemo(
    () => memoOfOne((width: number) => pictureOf(flow, diagram, width, isToScale)),
    [flow, diagram, isToScale],
  );
  const steps = useMemo(() => stepsOf(diagram), [diagram]);
  const { says, known } = useMemo(() => taleOf(flow), [flow]);

  const select = useCallback((id: number | undefined) => {
    // Stepping along is one visit: back leads to where it began.
    setQuery({ hop: id === undefined ? '' : String(id) }, { isReplacing: id !== undefined && hopInUrl.peek() !== '' });
  }, []);
  const step = (by: number) => {
    const next = stepFrom(steps, selected, by);
    if (next !== undefined) select(next);
  };
  useKeys('Flow', [
    { keys: ['j', 'ArrowDown', 'ArrowRight'], does: 'Next message', run: () => step(1) },
    { keys: ['k', 'ArrowUp', 'ArrowLeft'], does: 'Message before', run: () => step(-1) },
    { keys: ['Enter'], does: 'Look at the message that has the focus', run: () => false },
    { keys: ['Escape'], does: 'Close the message', run: () => (hop === undefined ? false : select(undefined)) },
    { keys: ['s'], does: 'Time to scale, or compact', run: () => setQuery({ time: isToScale ? '' : 'scale' }) },
    { keys: ['q'], does: 'Queues as lanes', run: () => setQuery({ queues: showsQueues ? '' : 'lanes' }) },
  ]);

  return (
    <div class={hop === undefined ? 'flow' : 'flow inspected'}>
      <FlowHead flow={flow} known={known} isToScale={isToScale} showsQueues={showsQueues} showsAll={showsAll} />
      <SequenceDiagram draw={drawn} selected={selected} onSelect={select} isOpen={flow.outcome === 'open'} />
      {hop === undefined ? (
        <aside class="beside" aria-label="How to read this">
          <h2>How to read this</h2>
          <Legend />
          <p class="soft">
            <kbd>j</kbd> and <kbd>k</kbd> go from message to message, each with a sentence of what happens. A message
            that is chosen shows its envelope, its route and both ends.
          </p>
          <button type="button" onClick={() => step(1)}>
            Begin with the first message
          </button>
        </aside>
      ) : (
        <Inspector flow={flow} hop={hop} says={says} steps={steps} onStep={step} onClose={() => select(undefined)} />
      )}
    </div>
  );
}

/** Drawing is dear; the same width gives the same picture. */
function memoOfOne<T>(make: (width: number) => T): (width: number) => T {
  let last: { readonly width: number; readonly made: T } | undefined;
  return (width) => {
    if (last?.width !== width) last = { width, made: make(width) };
    return last.made;
  };
}
