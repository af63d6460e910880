import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  bootModern,
  bootNoValidHostModern,
  bootRescheduleModern,
  type ModernFlow,
  type ModernHop,
  terminateModern,
} from '../src/index.ts';

/** A real Nova's operation, cut to its requests and the states of its one instance. */
interface Recording {
  readonly messages: readonly {
    readonly kind: ModernHop['kind'];
    readonly from: string;
    readonly exchange: string;
    readonly routing_key: string;
    readonly method: string;
    readonly object?: string;
  }[];
  readonly states: readonly { readonly vm_state: string; readonly task_state: string | null }[];
}

describe.each([
  ['boot-1', bootModern],
  ['boot-novalidhost', bootNoValidHostModern],
  ['boot-reschedule', bootRescheduleModern],
  ['delete', terminateModern],
] as const)('the recording %s', (file, flow: ModernFlow) => {
  const recording: Recording = JSON.parse(readFileSync(new URL(`golden/${file}.json`, import.meta.url), 'utf8'));
  const sent = travelled(recording);
  const listed = flow.hops.map(({ says: _, states: __, ...hop }) => hop);

  test('has the calls, casts and fanouts between services that the flow lists', () => {
    const isOfObjects = ({ object }: { object?: string }) => object !== undefined;
    expect(sent.filter((hop) => !isOfObjects(hop))).toEqual(listed.filter((hop) => !isOfObjects(hop)));
  });

  test('has its object calls too, but for lookups that come and go', () => {
    expect(sent.filter(isSteady)).toEqual(listed.filter(isSteady));
  });

  test('has gone through the states of the flow', () => {
    const states = recording.states.map(({ vm_state, task_state }) => `${vm_state}/${task_state ?? '-'}`);
    expect(flow.hops.flatMap((hop) => hop.states ?? [])).toEqual(states.filter((state, i) => state !== states[i - 1]));
  });
});

/** They differ between recordings of the same operation, and why was not examined. */
const FLEETING: ReadonlySet<string | undefined> = new Set([
  'ResourceList.get_by_instance_uuid',
  'Service.get_by_compute_host',
  'Instance.get_by_uuid',
  'InstanceNUMATopology.get_by_instance_uuid',
]);

function isSteady({ object }: { readonly object?: string }): boolean {
  return !FLEETING.has(object);
}

/** What was recorded, in the words of a flow; hosts counted in the order in which they come in. */
function travelled({ messages }: Recording): readonly Omit<ModernHop, 'says'>[] {
  const hosts: string[] = [];
  const ordinal = (host: string) => {
    if (!hosts.includes(host)) hosts.push(host);
    return hosts.indexOf(host) + 1;
  };
  return messages.map(({ kind, from, exchange, routing_key, method, object }) => {
    const [, service = '', sender] = /^nova-([a-z]+)(\d*)$/.exec(from) ?? [];
    const [topic = '', host] = (kind === 'fanout' ? exchange.replace(/_fanout$/, '') : routing_key).split('.');
    return {
      from: service,
      kind,
      to: topic,
      method,
      ...(sender !== '' && { from_host: ordinal(`compute${sender}`) }),
      ...(host !== undefined && { to_host: ordinal(host) }),
      ...(object !== undefined && { object }),
    } as Omit<ModernHop, 'says'>; // compared with the list's own, so a wrong one fails the test
  });
}
