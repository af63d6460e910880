import type { RequestContext, Transport } from '@novasim/rpc';
import {
  type HypervisorTrouble,
  LAB_NAMESPACE,
  LAB_VERSION,
  type LabEndpoint,
  LabRefused,
  type LabRule,
  type LabStatus,
  labSignatures,
} from '@novasim/rpcapi';
import type { Fate, HeldMessages } from './held-messages.ts';
import type { LabProps } from './lab-props.ts';
import type { LabSeer } from './matches.ts';
import { faultOfTrouble, type Rules } from './rules.ts';

export interface LabManagerDeps {
  readonly seer: LabSeer & { readonly host: string };
  readonly rules: Rules;
  readonly held: HeldMessages;
  readonly props: LabProps;
  readonly transport: Transport;
  /** Tells the desks how things are. `announced`: one of them has just asked. */
  readonly report: (how?: 'announced') => void;
}

/** What a service answers to the desks of its lab. */
export class LabManager implements LabEndpoint {
  readonly endpointTarget = { namespace: LAB_NAMESPACE, version: LAB_VERSION };
  readonly signatures = labSignatures;
  readonly #deps: LabManagerDeps;

  constructor(deps: LabManagerDeps) {
    this.#deps = deps;
  }

  async announce_lab(): Promise<void> {
    this.#deps.report('announced');
  }

  async status(): Promise<LabStatus> {
    return statusOf(this.#deps);
  }

  async add_rule(_ctx: RequestContext, { rule }: { readonly rule: LabRule }): Promise<LabStatus> {
    this.#deps.rules.add(rule);
    this.#deps.report();
    return statusOf(this.#deps);
  }

  async remove_rule(_ctx: RequestContext, { rule_id }: { readonly rule_id: string }): Promise<boolean> {
    const wasThere = this.#deps.rules.remove(rule_id);
    this.#deps.report();
    return wasThere;
  }

  async lab_rule_spent(
    _ctx: RequestContext,
    { rule_id, by }: { readonly rule_id: string; readonly by: string },
  ): Promise<void> {
    if (by === this.#deps.seer.name) return; // counted as it was applied
    this.#deps.rules.spend(rule_id);
    this.#deps.report();
  }

  async release(_ctx: RequestContext, { held_id }: { readonly held_id: string }): Promise<void> {
    this.#decide(held_id, 'goes-on');
  }

  async drop(_ctx: RequestContext, { held_id }: { readonly held_id: string }): Promise<void> {
    this.#decide(held_id, 'lost');
  }

  async hypervisor(
    _ctx: RequestContext,
    { host, trouble }: { readonly host: string; readonly trouble: HypervisorTrouble },
  ): Promise<void> {
    const { props, seer, report } = this.#deps;
    const found = props.hypervisors?.get(host);
    if (found === undefined) throw new LabRefused(`${seer.name} has no hypervisor of a host ${JSON.stringify(host)}`);
    const fault = faultOfTrouble(trouble);
    if (fault !== undefined) throw new LabRefused(fault);
    found.trouble = trouble;
    report();
  }

  async break_connection(): Promise<void> {
    this.#deps.transport.breakConnections();
  }

  async kill(_ctx: RequestContext, { service, signal }: { readonly service: string; readonly signal: string }) {
    await this.#launcher().kill(service, signal);
    this.#deps.report();
  }

  async restart(_ctx: RequestContext, { service }: { readonly service: string }): Promise<void> {
    await this.#launcher().restart(service);
    this.#deps.report();
  }

  #decide(heldId: string, fate: Fate): void {
    const { held, seer } = this.#deps;
    if (!held.decide(heldId, fate)) throw new LabRefused(`${seer.name} holds no message ${JSON.stringify(heldId)}`);
  }

  #launcher(): NonNullable<LabProps['launcher']> {
    const { props, seer } = this.#deps;
    if (props.launcher === undefined) throw new LabRefused(`${seer.name} runs no services: ask the launcher`);
    return props.launcher;
  }
}

/** How things are in a service's lab. */
export function statusOf({ seer, rules, held, props }: LabManagerDeps): LabStatus {
  return {
    ...seer,
    pid: process.pid,
    rules: rules.list(),
    held: held.list(),
    hypervisors: Object.fromEntries([...(props.hypervisors ?? [])].map(([host, { trouble }]) => [host, trouble])),
    processes: props.launcher?.processes() ?? [],
  };
}
