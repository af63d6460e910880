import { useEffect, useRef } from 'preact/hooks';
import { counted } from '../parts/figures.ts';
import { StatusSign } from '../parts/status-sign.tsx';
import { Link } from '../router/link.tsx';
import { withQuery } from '../router/location.ts';
import type { ShownInstance } from './instances.ts';
import { isPanelBeside } from './panel-place.ts';

interface InstanceTableProps {
  readonly instances: readonly ShownInstance[];
  /** Uuid of the one that is looked at. */
  readonly selected: string;
  readonly flavors: ReadonlyMap<string, string>;
}

/** More are found by the search, and would make the page slow. */
const MOST_SHOWN = 200;

/** The instances, the newest on top. */
export function InstanceTable({ instances, selected, flavors }: InstanceTableProps) {
  return (
    <>
      <table class="instances">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Status</th>
            <th scope="col">Host</th>
            <th scope="col">Address</th>
            <th scope="col">Flavor</th>
            <th scope="col">Last request</th>
          </tr>
        </thead>
        <tbody>
          {instances.slice(0, MOST_SHOWN).map((instance) => (
            <Row
              key={instance.uuid}
              instance={instance}
              isSelected={instance.uuid === selected}
              flavor={flavors.get(instance.flavorId ?? '') ?? instance.flavorId}
            />
          ))}
        </tbody>
      </table>
      {instances.length > MOST_SHOWN && (
        <p class="soft">and {counted(instances.length - MOST_SHOWN, 'more instance')}: search for one to see it</p>
      )}
    </>
  );
}

interface RowProps {
  readonly instance: ShownInstance;
  readonly isSelected: boolean;
  readonly flavor: string | undefined;
}

function Row({ instance, isSelected, flavor }: RowProps) {
  const { uuid, name, status, task_state, isLocked, host, addresses, requestId } = instance;
  const row = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (isSelected && isPanelBeside()) row.current?.scrollIntoView({ block: 'nearest' }); // keys may go beyond the screen
  }, [isSelected]);
  return (
    <tr ref={row} class={isSelected ? 'chosen' : undefined}>
      <th scope="row" class="name">
        <Link href={withQuery({ instance: isSelected ? '' : uuid })} aria-current={isSelected ? 'true' : undefined}>
          {name}
        </Link>
      </th>
      <td class="status">
        <StatusSign status={status} task={task_state} isLocked={isLocked} />
      </td>
      <td class="host">{host}</td>
      <td class="address">{addresses.join(', ')}</td>
      <td class="flavor">{flavor}</td>
      <td class="last">
        {requestId !== undefined && (
          <Link href={flowUrl(requestId)} aria-label={`Flow of the last request of ${name}`}>
            Flow
          </Link>
        )}
      </td>
    </tr>
  );
}

/** Where a request is seen. */
export function flowUrl(requestId: string): string {
  return `/flows/${encodeURIComponent(requestId)}`;
}
