import { type RequestContext, RpcClient, type Signatures, type Transport } from '@novasim/rpc';
import type { HypervisorTrouble, LabRule, LabStatus } from './lab-data.ts';

export const LAB_TOPIC = 'lab';
export const LAB_NAMESPACE = 'lab';
export const LAB_VERSION = '1.0';

/**
 * What every service answers that was started with NOVASIM_LAB=1. Whatever cannot be done fails with words for a person.
 * 1.0 everything here.
 */
export interface LabEndpoint {
  /** Fanned out by a desk that wants to know who is there: each service reports to the desks, now and when it changes. */
  announce_lab(ctx: RequestContext, args: Record<string, never>): Promise<void>;
  status(ctx: RequestContext, args: Record<string, never>): Promise<LabStatus>;
  add_rule(ctx: RequestContext, args: { readonly rule: LabRule }): Promise<LabStatus>;
  /** False when it was not there (any more). */
  remove_rule(ctx: RequestContext, args: { readonly rule_id: string }): Promise<boolean>;
  /** Fanned out by the service that applied a rule, so that `times` counts for all services together. */
  lab_rule_spent(ctx: RequestContext, args: { readonly rule_id: string; readonly by: string }): Promise<void>;
  /** Lets a held message go on. */
  release(ctx: RequestContext, args: { readonly held_id: string }): Promise<void>;
  /** Loses a held message. */
  drop(ctx: RequestContext, args: { readonly held_id: string }): Promise<void>;
  /** How the hypervisor of one of the service's hosts fares from now on; compute only. */
  hypervisor(ctx: RequestContext, args: { readonly host: string; readonly trouble: HypervisorTrouble }): Promise<void>;
  /** Breaks the service's connections to the broker as a failing network would; the answer comes over the new ones. */
  break_connection(ctx: RequestContext, args: Record<string, never>): Promise<void>;
  /** Ends a service's process by a signal and does not start it again; launcher only. */
  kill(ctx: RequestContext, args: { readonly service: string; readonly signal: string }): Promise<void>;
  /** Stops a service if it runs and starts it; launcher only. */
  restart(ctx: RequestContext, args: { readonly service: string }): Promise<void>;
}

export const labSignatures: Signatures<LabEndpoint> = {
  announce_lab: [],
  status: [],
  add_rule: ['rule'],
  remove_rule: ['rule_id'],
  lab_rule_spent: ['rule_id', 'by'],
  release: ['held_id'],
  drop: ['held_id'],
  hypervisor: ['host', 'trouble'],
  break_connection: [],
  kill: ['service', 'signal'],
  restart: ['service'],
};

/** Without a request id: the lab's own messages belong to no request. */
const ctx: RequestContext = {};

/** The services of a lab, as a desk sees them; `name` is one of theirs, `<service>.<host>`. */
export class LabAPI {
  readonly #client: RpcClient<LabEndpoint>;

  constructor(transport: Transport, options: { readonly timeoutMs?: number } = {}) {
    const target = { topic: LAB_TOPIC, namespace: LAB_NAMESPACE, version: LAB_VERSION };
    // Mandatory: a service that has no queue is told from one that is slow.
    this.#client = new RpcClient(transport, target, { ...options, atLeastOnce: true });
  }

  announce_lab(): Promise<void> {
    return this.#client.prepare({ fanout: true }).cast(ctx, 'announce_lab', {});
  }

  lab_rule_spent(rule_id: string, by: string): Promise<void> {
    return this.#client.prepare({ fanout: true }).cast(ctx, 'lab_rule_spent', { rule_id, by });
  }

  status(name: string): Promise<LabStatus> {
    return this.#client.prepare({ server: name }).call(ctx, 'status', {});
  }

  add_rule(name: string, rule: LabRule): Promise<LabStatus> {
    return this.#client.prepare({ server: name }).call(ctx, 'add_rule', { rule });
  }

  remove_rule(name: string, rule_id: string): Promise<boolean> {
    return this.#client.prepare({ server: name }).call(ctx, 'remove_rule', { rule_id });
  }

  release(name: string, held_id: string): Promise<void> {
    return this.#client.prepare({ server: name }).call(ctx, 'release', { held_id });
  }

  drop(name: string, held_id: string): Promise<void> {
    return this.#client.prepare({ server: name }).call(ctx, 'drop', { held_id });
  }

  hypervisor(name: string, host: string, trouble: HypervisorTrouble): Promise<void> {
    return this.#client.prepare({ server: name }).call(ctx, 'hypervisor', { host, trouble });
  }

  break_connection(name: string): Promise<void> {
    return this.#client.prepare({ server: name }).call(ctx, 'break_connection', {});
  }

  kill(name: string, service: string, signal: string): Promise<void> {
    return this.#client.prepare({ server: name }).call(ctx, 'kill', { service, signal });
  }

  restart(name: string, service: string): Promise<void> {
    return this.#client.prepare({ server: name }).call(ctx, 'restart', { service });
  }
}
