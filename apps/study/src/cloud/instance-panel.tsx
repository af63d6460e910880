import { ACTIONS, type Action, actionFault } from '@novasim/cloud';
import { useEffect, useRef } from 'preact/hooks';
import { StatusSign } from '../parts/status-sign.tsx';
import { Link } from '../router/link.tsx';
import { setQuery } from '../router/location.ts';
import { isTaken } from './api-document.ts';
import { flowUrl } from './instance-table.tsx';
import type { ShownInstance } from './instances.ts';
import { isPanelBeside } from './panel-place.ts';
import { act, actionName } from './requests.ts';

interface InstancePanelProps {
  readonly instance: ShownInstance;
  readonly flavor: string | undefined;
  readonly image: string | undefined;
  /** The actions that the API takes, by their keys; undefined while it has not said. */
  readonly actionKeys: ReadonlySet<string> | undefined;
  /** Why nothing can be asked at all. */
  readonly apiFault: string | undefined;
  readonly onActed: () => void;
}

/** One instance: what is known of it, and what can be done with it now. */
export function InstancePanel({ instance, flavor, image, actionKeys, apiFault, onActed }: InstancePanelProps) {
  const { uuid, name, status, task_state, isLocked, host, addresses, created, fault, requestId } = instance;
  const panel = useRef<HTMLElement>(null);
  // Above the list it would come into view unseen; another instance is another look.
  useEffect(() => {
    if (!isPanelBeside()) panel.current?.scrollIntoView({ block: 'start' });
  }, [uuid]);
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Host', host],
    ['Address', addresses.join(', ') || undefined],
    ['Flavor', flavor],
    ['Image', image],
    ['Created', created?.replace('T', ' ').replace('Z', ' UTC')],
    ['Id', uuid],
  ];
  return (
    <aside ref={panel} class="instance-panel" aria-label={`Instance ${name}`}>
      <header>
        <h2>{name}</h2>
        <button type="button" class="plain" onClick={() => setQuery({ instance: '' })}>
          Close
        </button>
      </header>
      <p>
        <StatusSign status={status} task={task_state} isLocked={isLocked} />
      </p>
      {fault !== undefined && <p class="fault">{fault}</p>}
      <dl>
        {facts.map(([fact, value]) =>
          value === undefined ? null : (
            <>
              <dt>{fact}</dt>
              <dd>{value}</dd>
            </>
          ),
        )}
      </dl>
      <p class="links">
        {requestId !== undefined && <Link href={flowUrl(requestId)}>Flow of its last request</Link>}
        <Link href={`/flows?q=${uuid}`}>All its flows</Link>
      </p>
      <Actions instance={instance} actionKeys={actionKeys} apiFault={apiFault} onActed={onActed} />
    </aside>
  );
}

type ActionsProps = Pick<InstancePanelProps, 'instance' | 'actionKeys' | 'apiFault' | 'onActed'>;

/** Every action of the state table: what is taken now first, then what only Nova would take, then the others with the reason. */
function Actions({ instance, actionKeys, apiFault, onActed }: ActionsProps) {
  const judged = NAMES.map((action) => ({ action, fault: actionFault(action, instance) }));
  const able = judged
    .filter(({ fault }) => fault === undefined)
    .map(({ action }) => ({ action, fault: apiFault ?? (isTaken(action, actionKeys) ? undefined : NOT_TAKEN) }))
    .toSorted((a, b) => Number(a.fault !== undefined) - Number(b.fault !== undefined));
  const groupFault = able.find(({ fault }) => fault !== undefined)?.fault;
  const unable = judged.filter(({ fault }) => fault !== undefined);
  const press = (action: Action) => {
    void act(action, instance).then(onActed); // a refusal is told among the requests
  };
  return (
    <>
      <h3>Actions</h3>
      <ul class="actions">
        {able.map(({ action, fault }) => (
          <ActionButton key={action} action={action} fault={fault} saidIn={SAID_FOR_ALL} onPress={press} />
        ))}
      </ul>
      {groupFault !== undefined && (
        <p class="soft" id={SAID_FOR_ALL}>
          {groupFault}
        </p>
      )}
      <details>
        <summary>Not while it is like this</summary>
        <ul class="actions off">
          {unable.map(({ action, fault }) => (
            <ActionButton key={action} action={action} fault={fault} onPress={press} />
          ))}
        </ul>
      </details>
    </>
  );
}

interface ActionButtonProps {
  readonly action: Action;
  readonly fault: string | undefined;
  /** Id of where the fault stands; without one it stands beside the button. */
  readonly saidIn?: string;
  readonly onPress: (action: Action) => void;
}

/** Stays reachable when it is off, so that one hears why. */
function ActionButton({ action, fault, saidIn, onPress }: ActionButtonProps) {
  const isOff = fault !== undefined;
  const id = saidIn ?? `why-${action}`;
  return (
    <li>
      <button
        type="button"
        aria-disabled={isOff}
        aria-describedby={isOff ? id : undefined}
        title={fault}
        onClick={() => !isOff && onPress(action)}
      >
        {actionName(action)}
      </button>
      {isOff && saidIn === undefined && (
        <span id={id} class="soft">
          {fault}
        </span>
      )}
    </li>
  );
}

const SAID_FOR_ALL = 'why-no-actions';
const NOT_TAKEN =
  'Those that are off Nova would take now, but this cloud’s API does not name them in its OpenAPI document.';

/** Delete first: it is the one that is always taken. */
const NAMES = (Object.keys(ACTIONS) as Action[]).toSorted((a, b) => Number(b === 'delete') - Number(a === 'delete'));
