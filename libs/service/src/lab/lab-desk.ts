import { randomBytes } from 'node:crypto';
import { serve, type Transport } from '@novasim/rpc';
import {
  type HypervisorTrouble,
  LAB_DESK_TOPIC,
  LAB_DESK_VERSION,
  LabAPI,
  type LabDeskEndpoint,
  type LabMatch,
  type LabRule,
  type LabStatus,
  labDeskSignatures,
} from '@novasim/rpcapi';
import type { Logger } from '../logger.ts';
import { periodic } from '../periodic.ts';
import type { Fate } from './held-messages.ts';
import { concerns } from './matches.ts';

/** How often everybody is asked, after how long a service counts as silent, and when it is forgotten. */
const ASK_MS = 2_000;
const SILENT_MS = 5_000;
const FORGOTTEN_MS = 120_000;
const ANSWER_WITHIN_MS = 10_000;

/** A rule that has no name yet; `times` is 1 unless it is said. */
export type NewRule = Omit<LabRule, 'id' | 'times'> & { readonly times?: number };

/** A service of the lab as it last reported. */
export interface SeenService extends LabStatus {
  /** Milliseconds since 1970. */
  readonly seen_ms: number;
  /** It did not answer for a while: killed, stopped, or without a connection. */
  readonly is_silent: boolean;
}

/** What was asked for is not in this lab; the message says what is. */
export class LabNotFound extends Error {
  override readonly name = 'LabNotFound';
  readonly code = 'LAB_NOT_FOUND';

  constructor(what: string, value: string, known: readonly string[]) {
    super(`no ${what} ${JSON.stringify(value)}: ${known.length === 0 ? 'there is none' : known.join(', ')}`);
  }
}

export interface LabDeskOptions {
  /** Name of this desk on the bus; one that lives as long as its program does, as its queue is kept. */
  readonly name: string;
  readonly log: Logger;
  readonly signal?: AbortSignal;
}

/** Where a lab is looked after: knows who is there, and passes on what a person wants. Every method may reject with `LabRefused`. */
export interface LabDesk extends AsyncDisposable {
  /** In the order of their names. */
  readonly services: readonly SeenService[];
  /** Told of every report, until disposed. */
  onReport(listener: () => void): Disposable;
  /** To every service that it concerns. @throws {LabNotFound} when there is none. */
  addRule(rule: NewRule): Promise<LabRule>;
  /** @throws {LabNotFound} */
  removeRule(id: string): Promise<void>;
  /** Lets a held message go on, or loses it. @throws {LabNotFound} */
  settle(heldId: string, fate: Fate): Promise<void>;
  /** @throws {LabNotFound} */
  trouble(host: string, trouble: HypervisorTrouble): Promise<void>;
  /** Resolves when the service is gone. @throws {LabNotFound} */
  kill(service: string, signal: string): Promise<void>;
  /** Resolves when the service serves. @throws {LabNotFound} */
  restart(service: string): Promise<void>;
  /** `name` as in the status. Resolves when the service is back on the bus. @throws {LabNotFound} */
  breakConnection(name: string): Promise<void>;
}

/** Opens a desk: serves `lab_desk`, asks who is there, and again every two seconds. */
export async function openLabDesk(transport: Transport, { name, log, signal }: LabDeskOptions): Promise<LabDesk> {
  await using opened = new AsyncDisposableStack();
  const desk = new Desk(transport);
  opened.use(await serve(transport, { topic: LAB_DESK_TOPIC, server: name }, [desk], signal && { signal }));
  const asking = { name: 'ask the lab', intervalMs: ASK_MS, immediately: true, log, ...(signal && { signal }) };
  opened.use(periodic(asking, () => desk.ask()));
  desk.closing = opened.move();
  return desk;
}

class Desk implements LabDesk, LabDeskEndpoint {
  readonly endpointTarget = { version: LAB_DESK_VERSION };
  readonly signatures = labDeskSignatures;
  closing: AsyncDisposableStack | undefined;
  readonly #lab: LabAPI;
  readonly #seen = new Map<string, { readonly status: LabStatus; readonly ms: number }>();
  readonly #listeners = new Set<() => void>();

  constructor(transport: Transport) {
    this.#lab = new LabAPI(transport, { timeoutMs: ANSWER_WITHIN_MS });
  }

  async report_lab(_ctx: unknown, { status }: { readonly status: LabStatus }): Promise<void> {
    this.#keep(status);
  }

  async ask(): Promise<void> {
    await this.#lab.announce_lab();
  }

  get services(): readonly SeenService[] {
    const now = Date.now();
    for (const [name, { ms }] of this.#seen) if (now - ms > FORGOTTEN_MS) this.#seen.delete(name);
    return [...this.#seen.values()]
      .map(({ status, ms }) => ({ ...status, seen_ms: ms, is_silent: now - ms > SILENT_MS }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  onReport(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  async addRule({ times = 1, ...rest }: NewRule): Promise<LabRule> {
    const rule = { ...rest, times, id: randomBytes(6).toString('hex') };
    const concerned = this.#present().filter((status) => concerns(rule.match, status));
    if (concerned.length === 0) throw this.#noService(rule.match);
    for (const status of await Promise.all(concerned.map(({ name }) => this.#lab.add_rule(name, rule))))
      this.#keep(status);
    return rule;
  }

  async removeRule(id: string): Promise<void> {
    const holders = this.#present().filter(({ rules }) => rules.some((rule) => rule.id === id));
    const known = new Set(this.#present().flatMap(({ rules }) => rules.map((rule) => rule.id)));
    if (holders.length === 0) throw new LabNotFound('rule', id, [...known]);
    await Promise.all(holders.map(({ name }) => this.#lab.remove_rule(name, id)));
    await this.#lookAgain(holders);
  }

  async settle(heldId: string, fate: Fate): Promise<void> {
    const holder = this.#present().find(({ held }) => held.some(({ id }) => id === heldId));
    const known = this.#present().flatMap(({ held }) => held.map(({ id }) => id));
    if (holder === undefined) throw new LabNotFound('held message', heldId, known);
    await (fate === 'lost' ? this.#lab.drop(holder.name, heldId) : this.#lab.release(holder.name, heldId));
    await this.#lookAgain([holder]);
  }

  async trouble(host: string, trouble: HypervisorTrouble): Promise<void> {
    const owner = this.#present().find(({ hypervisors }) => Object.hasOwn(hypervisors, host));
    const known = this.#present().flatMap(({ hypervisors }) => Object.keys(hypervisors));
    if (owner === undefined) throw new LabNotFound('hypervisor of a host', host, known);
    await this.#lab.hypervisor(owner.name, host, trouble);
    await this.#lookAgain([owner]);
  }

  async kill(service: string, signal: string): Promise<void> {
    const launcher = this.#launcherOf(service);
    await this.#lab.kill(launcher.name, service, signal);
    await this.#lookAgain([launcher]);
  }

  async restart(service: string): Promise<void> {
    const launcher = this.#launcherOf(service);
    await this.#lab.restart(launcher.name, service);
    await this.#lookAgain([launcher]);
  }

  async breakConnection(name: string): Promise<void> {
    const names = this.#present().map((status) => status.name);
    if (!names.includes(name)) throw new LabNotFound('service', name, names);
    await this.#lab.break_connection(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.closing?.disposeAsync();
  }

  #keep(status: LabStatus): void {
    this.#seen.set(status.name, { status, ms: Date.now() });
    for (const listener of this.#listeners) listener();
  }

  #present(): readonly SeenService[] {
    return this.services.filter((service) => !service.is_silent);
  }

  /** What was done shows at once. */
  async #lookAgain(at: readonly LabStatus[]): Promise<void> {
    for (const status of await Promise.all(at.map(({ name }) => this.#lab.status(name)))) this.#keep(status);
  }

  #launcherOf(service: string): SeenService {
    const processes = this.#present().flatMap((status) => status.processes.map((its) => ({ status, its })));
    const found = processes.find(({ its }) => its.service === service);
    if (found !== undefined) return found.status;
    throw new LabNotFound(
      'service that a launcher runs',
      service,
      processes.map(({ its }) => its.service),
    );
  }

  #noService({ service = '' }: LabMatch): LabNotFound {
    return new LabNotFound(
      'service',
      service,
      this.#present().map(({ name }) => name),
    );
  }
}
