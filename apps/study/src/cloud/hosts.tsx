import { StatusSign } from '../parts/status-sign.tsx';
import { query, setQuery } from '../router/location.ts';
import { inOrder } from './host-order.ts';
import { gib, LoadBar } from './load-bar.tsx';
import { hostState, type SeenHost } from './seen-cloud.ts';

/** Of so many one sees which is fullest. */
const MOST_AT_A_GLANCE = 8;
const order = query('hosts');

interface HostsProps {
  readonly hosts: readonly SeenHost[];
  /** The host whose instances alone are shown; empty: all. */
  readonly chosen: string;
}

/** Every compute host with what it has and what is taken of it, as it told the schedulers. */
export function Hosts({ hosts, chosen }: HostsProps) {
  const isFullestFirst = order.value === 'full';
  return (
    <section class="hosts" aria-label="Hosts">
      <header>
        <h2>Hosts</h2>
        {hosts.length > MOST_AT_A_GLANCE && (
          <button
            type="button"
            aria-pressed={isFullestFirst}
            onClick={() => setQuery({ hosts: isFullestFirst ? '' : 'full' }, { isReplacing: true })}
          >
            Fullest first
          </button>
        )}
      </header>
      {hosts.length === 0 ? (
        <p class="soft">No host has been heard of yet: each tells of itself every few seconds.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <section class="scroll" tabIndex={0} aria-label="List of hosts">
          <table>
            <thead>
              <tr>
                <th scope="col">Host</th>
                <th scope="col">State</th>
                <th scope="col">Instances</th>
                <th scope="col">vCPUs</th>
                <th scope="col">Memory, GiB</th>
                <th scope="col">Disk, GiB</th>
              </tr>
            </thead>
            <tbody>
              {inOrder(hosts, isFullestFirst).map((host) => (
                <Host key={host.name} host={host} isChosen={host.name === chosen} />
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
}

function Host({ host, isChosen }: { readonly host: SeenHost; readonly isChosen: boolean }) {
  const { name, waiting = 0, load } = host;
  return (
    <tr class={isChosen ? 'chosen' : undefined}>
      <th scope="row">
        <button
          type="button"
          class="plain"
          aria-pressed={isChosen}
          title={isChosen ? 'Show the instances of all hosts' : `Show only the instances of ${name}`}
          onClick={() => setQuery({ host: isChosen ? '' : name })}
        >
          {name}
        </button>
      </th>
      <td class="state">
        <StatusSign status={hostState(host)} />
        {waiting > 0 && (
          <span class="soft" title="Messages in its queue">
            {' '}
            · {waiting.toLocaleString('en')} waiting
          </span>
        )}
      </td>
      <td class="count">
        {load?.running_vms ?? ''}
        <span class="narrow-only soft"> {load?.running_vms === 1 ? 'instance' : 'instances'}</span>
      </td>
      <td class="vcpus">
        <LoadBar what="vCPUs" used={load?.vcpus_used} total={load?.vcpus} />
      </td>
      <td class="memory">
        <LoadBar what="GiB memory" used={load?.memory_mb_used} total={load?.memory_mb} write={gib} />
      </td>
      <td class="disk">
        <LoadBar what="GiB disk" used={load?.local_gb_used} total={load?.local_gb} />
      </td>
    </tr>
  );
}
