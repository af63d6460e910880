import type { Flow, FlowHop, LogLine } from '@novasim/trace';
import { useResource } from '../data/resource.ts';
import { useLive } from '../data/use-live.ts';
import { clock } from '../parts/figures.ts';
import { bothEnds } from './both-ends.ts';
import { logOfHop } from './log-of-hop.ts';

interface EndsLogProps {
  readonly flow: Flow;
  readonly hop: FlowHop;
}

/** What both ends logged of a message; where they do not say it on the bus, what the bus saw of them. */
export function EndsLog({ flow, hop }: EndsLogProps) {
  const { state, reload } = useResource<{ readonly lines: readonly LogLine[] }>(
    `/api/flows/${encodeURIComponent(flow.request_id)}/log`,
  );
  useLive<{ readonly request_id: string }>('log', (came) => {
    if (came.some(({ request_id }) => request_id === flow.request_id)) reload();
  });
  const { value: loaded } = state;
  const logged = loaded.is === 'ready' ? logOfHop(hop, flow, loaded.value.lines) : [];

  return logged.length === 0 ? <SeenEnds flow={flow} hop={hop} /> : <Logged lines={logged} />;
}

function Logged({ lines }: { readonly lines: readonly LogLine[] }) {
  return (
    <>
      <h3>Log of both ends</h3>
      <ol class="ends-log">
        {lines.map(({ at_ms, level, service, says, stack }) => (
          <li key={`${at_ms}${service}${says}`}>
            <span class="soft">{clock(at_ms)}</span> <b>{service}</b>{' '}
            {level === 'info' ? says : `${level.toUpperCase()} ${says}`}
            {stack !== undefined && (
              <details>
                <summary>Where it was thrown</summary>
                <pre>{stack}</pre>
              </details>
            )}
          </li>
        ))}
      </ol>
    </>
  );
}

function SeenEnds({ flow, hop }: EndsLogProps) {
  return (
    <>
      <h3>Both ends, as the bus saw them</h3>
      <ol class="ends-log">
        {bothEnds(hop).map(({ t_ms, who, says }) => (
          <li key={`${who}${says}`}>
            <span class="soft">{clock(flow.started_at_ms + t_ms)}</span> <b>{who}</b> {says}
          </li>
        ))}
      </ol>
    </>
  );
}
