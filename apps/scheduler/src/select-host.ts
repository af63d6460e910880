import type { HostName, InstanceUuid } from '@novasim/cloud';
import type { Selection } from '@novasim/rpcapi';
import type { Store } from '@novasim/store';
import { describeVerdict, type FilterStep, filterHosts } from './filters/filter-hosts.ts';
import type { Circumstances, HostRequest, HostState } from './host-state.ts';
import type { HostStates } from './host-states.ts';
import { weighHosts } from './weights/weigh-hosts.ts';

/**
 * `selected`: the first host is claimed, the others are alternates. `gone`: the instance was deleted meanwhile. `unknown`: the
 * store could not be asked.
 */
export type SelectOutcome =
  | ({ readonly outcome: 'selected'; readonly hosts: readonly [Selection, ...Selection[]] } & Verdict)
  | ({ readonly outcome: 'no_valid_host'; readonly why: string } & Verdict)
  | { readonly outcome: 'gone' }
  | { readonly outcome: 'unknown' };

/** How it came to the outcome: what each filter was given and left, at the last look. */
export interface Verdict {
  readonly steps: readonly FilterStep[];
}

export interface SelectDeps {
  readonly store: Store;
  readonly hostStates: HostStates;
  readonly circumstances: () => Circumstances;
  /** Hosts that one build may be tried on, the first included (`scheduler.max_attempts`). */
  readonly maxAttempts: number;
}

/** How often a request looks again after other requests took the room it had seen. Each time somebody got a host. */
const ROUNDS = 50;

/**
 * Picks the best host that fits and claims it in the store. A host whose room was taken at that moment is passed over; when
 * none is left the picture is read anew once more before the answer is no.
 */
export async function selectHost(
  instance: InstanceUuid,
  wanted: Omit<HostRequest, 'ignore_hosts'> & { readonly tried: readonly HostName[] },
  deps: SelectDeps,
): Promise<SelectOutcome> {
  const lost = new Set<HostName>(wanted.tried);
  let fresh = false;
  let steps: readonly FilterStep[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const request: HostRequest = { ...wanted, ignore_hosts: lost };
    const verdict = filterHosts(deps.hostStates.all(), request, deps.circumstances());
    const [best, ...others] = weighHosts(verdict.hosts);
    steps = verdict.steps;
    if (best === undefined) {
      if (fresh) break;
      await deps.hostStates.refresh();
      lost.clear();
      for (const host of wanted.tried) lost.add(host);
      fresh = true;
      continue;
    }
    deps.hostStates.consume(best.host, wanted.resources);
    const claim = await deps.store.hosts.claim(instance, best.host, wanted.resources);
    if (claim === 'claimed') {
      const alternates = others.slice(0, deps.maxAttempts - 1).map(selection);
      return { outcome: 'selected', hosts: [selection(best), ...alternates], steps };
    }
    deps.hostStates.giveBack(best.host, wanted.resources);
    if (claim === 'gone') return { outcome: 'gone' };
    lost.add(best.host);
    fresh = false;
  }
  return { outcome: 'no_valid_host', why: describeVerdict({ steps }), steps };
}

function selection(state: HostState): Selection {
  return { host: state.host, nodename: state.nodename };
}
