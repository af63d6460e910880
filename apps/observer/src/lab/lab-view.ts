import type { HeldMessage, HypervisorTrouble, LabProcess, LabRule } from '@novasim/rpcapi';
import type { SeenService } from '@novasim/service';

/** What `GET /api/lab` answers. */
export interface LabView {
  readonly services: readonly {
    readonly name: string;
    readonly service: string;
    readonly host: string;
    readonly pid: number;
    /** Milliseconds since 1970. */
    readonly seen_ms: number;
    /** It did not answer for a while. */
    readonly is_silent: boolean;
  }[];
  /** Each once, with the services that have it. `times` is what is left. */
  readonly rules: readonly (LabRule & { readonly services: readonly string[] })[];
  /** Longest waiting first; `by` is the service that holds it. */
  readonly held: readonly (HeldMessage & { readonly by: string })[];
  readonly hypervisors: readonly (HypervisorTrouble & { readonly host: string; readonly service: string })[];
  /** What a launcher runs; empty where there is none. */
  readonly processes: readonly LabProcess[];
}

/** The lab as a whole, from what each service last reported. A silent service holds nothing any more. */
export function labView(seen: readonly SeenService[]): LabView {
  const present = seen.filter((service) => !service.is_silent);
  return {
    services: seen.map(({ name, service, host, pid, seen_ms, is_silent }) => ({
      name,
      service,
      host,
      pid,
      seen_ms,
      is_silent,
    })),
    rules: rulesOf(present),
    held: present
      .flatMap(({ name, held }) => held.map((message) => ({ ...message, by: name })))
      .sort((a, b) => a.held_ms - b.held_ms),
    hypervisors: present.flatMap(({ name, hypervisors }) =>
      Object.entries(hypervisors).map(([host, trouble]) => ({ host, service: name, ...trouble })),
    ),
    processes: present.flatMap(({ processes }) => processes),
  };
}

function rulesOf(present: readonly SeenService[]): LabView['rules'] {
  const byId = new Map<string, LabRule & { readonly services: string[] }>();
  for (const { name, rules } of present) {
    for (const rule of rules) {
      const known = byId.get(rule.id);
      if (known === undefined) byId.set(rule.id, { ...rule, services: [name] });
      else known.services.push(name);
    }
  }
  return [...byId.values()];
}
