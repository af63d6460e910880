import { useMemo, useRef } from 'preact/hooks';
import { useKeys } from '../keys/key-map.ts';
import { counted } from '../parts/figures.ts';
import { Failed, Loading } from '../parts/notice.tsx';
import { query, setQuery } from '../router/location.ts';
import { BootForm } from './boot-form.tsx';
import './cloud.css';
import { Hosts } from './hosts.tsx';
import { InstancePanel } from './instance-panel.tsx';
import { InstanceTable } from './instance-table.tsx';
import { findInstances, listedInstances, seenInstances } from './instances.ts';
import { act } from './requests.ts';
import { SentRequests } from './sent-requests.tsx';
import './side.css';
import { type CloudParts, useCloud } from './use-cloud.ts';

/** Hosts with their load, instances with their state; boots, acts, deletes. */
export function CloudPage() {
  const cloud = useCloud();
  const { seen } = cloud;
  if (seen.is === 'failed') return <Failed what="cloud" fault={seen.fault} onRetry={cloud.reload} />;
  if (seen.is === 'loading' || cloud.servers?.is === 'loading') return <Loading what="cloud" />;
  return <Cloud {...cloud} seen={seen} />;
}

const selectedInUrl = query('instance');
const hostInUrl = query('host');
const searchInUrl = query('q');

type Ready = CloudParts & { readonly seen: Extract<CloudParts['seen'], { is: 'ready' }> };

function Cloud({ seen, servers, flavors, images, actionKeys, reload }: Ready) {
  const { hosts, instances: told } = seen.value;
  const apiFault = apiFaultOf(servers);
  const all = useMemo(
    () => (servers?.is === 'ready' ? listedInstances(servers.value.servers, told) : seenInstances(told)),
    [servers, told],
  );
  const q = searchInUrl.value;
  const host = hostInUrl.value;
  const shown = findInstances(all, { q, host });
  const selected = all.find(({ uuid }) => uuid === selectedInUrl.value);
  const flavorNames = new Map(flavors.map(({ id, name }) => [id, name]));
  const search = useRef<HTMLInputElement>(null);
  const nameField = useRef<HTMLInputElement>(null);

  const step = (by: number) => {
    const at = shown.findIndex(({ uuid }) => uuid === selected?.uuid);
    const next = shown[at === -1 ? 0 : Math.max(0, Math.min(shown.length - 1, at + by))];
    if (next !== undefined) setQuery({ instance: next.uuid }, { isReplacing: selected !== undefined });
  };
  const remove = () => {
    if (selected === undefined || apiFault !== undefined) return false;
    void act('delete', selected).then(reload);
    return true;
  };
  useKeys('Cloud', [
    { keys: ['b'], does: 'Boot an instance', run: () => nameField.current?.focus() },
    { keys: ['/'], does: 'Search instances', run: () => search.current?.focus() },
    { keys: ['j', 'ArrowDown'], does: 'Next instance', run: () => step(1) },
    { keys: ['k', 'ArrowUp'], does: 'Instance before', run: () => step(-1) },
    { keys: ['Delete'], does: 'Delete the instance that is looked at', run: remove },
    {
      keys: ['Escape'],
      does: 'Close the instance',
      run: () => (selected === undefined ? false : setQuery({ instance: '' })),
    },
  ]);

  return (
    <div class="cloud">
      <header class="cloud-head">
        <h1>Cloud</h1>
        <p class="soft">
          {counted(hosts.length, 'host')}, {counted(all.length, 'instance')}
        </p>
      </header>
      <Hosts hosts={hosts} chosen={host} />
      <section class="list" aria-label="Instances">
        <header>
          <h2>Instances</h2>
          <label class="list-search">
            <span class="visually-hidden">Search instances</span>
            <input
              ref={search}
              type="search"
              value={q}
              placeholder="Name, id, host, status, address"
              onInput={(event) => setQuery({ q: event.currentTarget.value }, { isReplacing: true })}
              onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
            />
          </label>
          {host !== '' && (
            <button type="button" onClick={() => setQuery({ host: '' })}>
              On {host} only: show all
            </button>
          )}
        </header>
        {shown.length === 0 ? (
          <p class="soft">{all.length === 0 ? 'There is none yet.' : 'None is like that.'}</p>
        ) : (
          <InstanceTable instances={shown} selected={selected?.uuid ?? ''} flavors={flavorNames} />
        )}
      </section>
      <div class="side">
        {selected !== undefined && (
          <InstancePanel
            instance={selected}
            flavor={flavorNames.get(selected.flavorId ?? '') ?? selected.flavorId}
            image={images.find(({ id }) => id === selected.imageId)?.name}
            actionKeys={actionKeys}
            apiFault={apiFault}
            onActed={reload}
          />
        )}
        {apiFault === undefined ? (
          <BootForm flavors={flavors} images={images} nameField={nameField} onBooted={reload} />
        ) : (
          <section class="no-api">
            <h2>Looking only</h2>
            <p class="soft">{apiFault}</p>
          </section>
        )}
        <SentRequests />
      </div>
    </div>
  );
}

/** Why nothing can be asked of the cloud, in words; undefined when it can. */
function apiFaultOf(servers: CloudParts['servers']): string | undefined {
  if (servers === undefined) {
    return 'No REST API is behind this observer, so nothing can be booted or deleted here: start it with NOVASIM_API_URL or --api. What is shown was seen on the bus.';
  }
  if (servers.is !== 'failed') return undefined;
  const { status, message } = servers.fault;
  if (status === 401)
    return 'The API asks for a token, which this page does not have. What is shown was seen on the bus.';
  return `The API does not answer as it should: ${message}. What is shown was seen on the bus.`;
}
