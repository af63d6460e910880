import type { FlowHop, MessageRoute } from '@novasim/trace';
import { counted } from '../parts/figures.ts';

/** Exchange, binding, queue, consumer: the way a message went, or would have gone. */
export function Route({ hop, route }: { readonly hop: FlowHop; readonly route: MessageRoute | undefined }) {
  const queues = route?.queues ?? hop.queues.map((name) => ({ name, bindings: [], consumers: [] }));
  return (
    <ol class="route">
      <li>
        <b>{hop.exchange || 'default exchange'}</b>
        {route?.exchange_type && <span class="soft"> {route.exchange_type}</span>}
      </li>
      <li>
        <span class="soft">by</span> {hop.routing_key || 'no key'}
      </li>
      {queues.length === 0 && <li class="kind-failure">no queue is bound: it went nowhere</li>}
      {queues.map(({ name, consumers, ...counts }) => (
        <li key={name}>
          <b>{name}</b>
          {'ready' in counts && counts.ready !== undefined && (
            <span class="soft">
              {' '}
              {counts.ready} ready, {counts.unacknowledged ?? 0} unacknowledged
            </span>
          )}
          <span class="consumers">
            {consumers.length === 0
              ? 'no consumer is known'
              : `${counted(consumers.length, 'consumer')}: ${consumers.map((one) => shortened(one.program ?? one.connection)).join(', ')}`}
          </span>
        </li>
      ))}
    </ol>
  );
}

/** oslo.messaging calls a connection `program:process id:uuid`; the uuid tells a reader nothing. */
function shortened(program: string): string {
  return program.replace(/:[0-9a-f]{8}-[0-9a-f-]{27}$/, '');
}
