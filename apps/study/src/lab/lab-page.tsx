import { useMemo, useRef } from 'preact/hooks';
import type { Topology } from '../bus/topology.ts';
import { useResource } from '../data/resource.ts';
import { useKeys } from '../keys/key-map.ts';
import { Failed, Loading, Notice } from '../parts/notice.tsx';
import { Link } from '../router/link.tsx';
import { navigate } from '../router/location.ts';
import { HeldMessages, settleHeld } from './held-messages.tsx';
import { Hypervisors } from './hypervisors.tsx';
import type { Lab } from './lab-data.ts';
import './lab.css';
import { RuleForm } from './rule-form.tsx';
import { Rules } from './rules.tsx';
import { Services } from './services.tsx';
import { suggestionsFrom } from './suggestions.ts';
import { useLab } from './use-lab.ts';

/** Holds, loses, doubles and delays messages, troubles hypervisors, ends services: what follows is seen in its flow. */
export function LabPage() {
  const { lab, reload, change, said } = useLab();
  if (lab.is === 'loading') return <Loading what="lab" />;
  if (lab.is === 'ready') return <Bench lab={lab.value} change={change} said={said} />;
  if (lab.fault.status === 404) return <SwitchedOff />;
  return <Failed what="lab" fault={lab.fault} onRetry={reload} />;
}

type BenchProps = Pick<ReturnType<typeof useLab>, 'change' | 'said'> & { readonly lab: Lab };

function Bench({ lab, change, said }: BenchProps) {
  const { services, rules, held, hypervisors, processes } = lab;
  const topology = useResource<Pick<Topology, 'queues'>>('/api/topology').state.value;
  const queues = topology.is === 'ready' ? topology.value.queues : NO_QUEUES;
  const names = services.map(({ name }) => name).join();
  // By who is there: the rest of them changes every second.
  const suggestions = useMemo(() => suggestionsFrom(queues, services), [queues, names]);
  const methodField = useRef<HTMLInputElement>(null);
  const [oldest] = held;

  const settle = (how: 'release' | 'drop') => () => {
    if (oldest === undefined) return false;
    void settleHeld(change, oldest, how);
    return true;
  };
  useKeys('Lab', [
    { keys: ['n'], does: 'Write a rule', run: () => methodField.current?.focus() },
    { keys: ['r'], does: 'Release the message that waits longest', run: settle('release') },
    { keys: ['x'], does: 'Drop it', run: settle('drop') },
    {
      keys: ['f'],
      does: 'See its flow',
      run: () => {
        const id = oldest?.request_id;
        if (id === undefined) return false;
        navigate(`/flows/${encodeURIComponent(id)}`);
        return true;
      },
    },
  ]);

  return (
    <div class="lab">
      <header class="lab-head">
        <h1>Lab</h1>
        <p class={said.value?.why === undefined ? 'soft' : 'fault'} role="status">
          {said.value && (said.value.why ?? said.value.what)}
        </p>
      </header>
      <RuleForm suggestions={suggestions} methodField={methodField} change={change} />
      <HeldMessages held={held} change={change} />
      <Rules rules={rules} change={change} />
      <Hypervisors hypervisors={hypervisors} change={change} />
      <Services services={services} processes={processes} change={change} />
      <p class="onward soft">
        What happens next is seen in <Link href="/flows?only=requests">Flows</Link>; instances are booted in{' '}
        <Link href="/cloud">Cloud</Link>.
      </p>
    </div>
  );
}

const NO_QUEUES: Topology['queues'] = [];

function SwitchedOff() {
  return (
    <Notice isWholePage title="The lab is off">
      <p>
        In the lab messages come late, twice or never, services die with work in their hands and hypervisors fail, when
        one wants them to. Who can reach a lab can break everything in it, so it is off unless it is switched on, for
        this machine only:
      </p>
      <pre>NOVASIM_LAB=1 npm start</pre>
    </Notice>
  );
}
