import type { Flow as KnownFlow } from '@novasim/flows';
import type { Flow } from '@novasim/trace';
import { clock, counted, duration } from '../parts/figures.ts';
import { OutcomeSign } from '../parts/outcome-sign.tsx';
import { Words } from '../parts/words.tsx';
import { Link } from '../router/link.tsx';
import { setQuery } from '../router/location.ts';
import { Copies } from './copies.tsx';

interface FlowHeadProps {
  readonly flow: Flow;
  readonly known: KnownFlow | undefined;
  readonly isToScale: boolean;
  readonly showsQueues: boolean;
  readonly showsAll: boolean;
}

/** What the request was, how it ended, and how it is drawn. */
export function FlowHead({ flow, known, isToScale, showsQueues, showsAll }: FlowHeadProps) {
  return (
    <header class="flow-head">
      <div class="title">
        <h1>{flow.title}</h1>
        <OutcomeSign outcome={flow.outcome} />
        <span>{duration(flow.duration_ms)}</span>
        <span class="soft">{counted(flow.hop_count, 'hop')}</span>
        <span class="soft">{clock(flow.started_at_ms)}</span>
        {known && <span class="soft">told as {known.name}</span>}
      </div>
      {flow.why !== undefined && (
        <p class="kind-failure">
          <Words text={flow.why} />
        </p>
      )}
      {flow.is_partial && <p class="soft">The beginning of this flow has been forgotten for want of memory.</p>}
      <p class="ids soft">
        {flow.request_id}
        {flow.instance_uuids.slice(0, MOST_INSTANCES).map((uuid) => (
          <>
            {' '}
            · instance{' '}
            <Link key={uuid} href={`/flows?q=${uuid}`}>
              {uuid}
            </Link>
          </>
        ))}
        {flow.instance_uuids.length > MOST_INSTANCES && ` and ${flow.instance_uuids.length - MOST_INSTANCES} more`}
      </p>
      <div class="tools">
        <Toggle name="Time to scale" isOn={isToScale} set={(on) => setQuery({ time: on ? 'scale' : '' })} />
        <Toggle name="Queues as lanes" isOn={showsQueues} set={(on) => setQuery({ queues: on ? 'lanes' : '' })} />
        <Toggle
          name="Heartbeats and notifications"
          isOn={showsAll}
          set={(on) => setQuery({ kinds: on ? 'all' : '' })}
        />
        <Copies flow={flow} />
      </div>
    </header>
  );
}

/** More would push the picture away; the messages name them all. */
const MOST_INSTANCES = 2;

function Toggle({ name, isOn, set }: { name: string; isOn: boolean; set: (on: boolean) => void }) {
  return (
    <button type="button" aria-pressed={isOn} onClick={() => set(!isOn)}>
      {name}
    </button>
  );
}
