import type { FlowSummary } from '@novasim/trace';

/** What of the list one wants to see; empty means everything. */
export interface Filters {
  /** Words, or `field:word`, as the observer searches them: in hops and messages too. */
  readonly q: string;
  readonly outcome: string;
  readonly service: string;
  /** `all`: also what services send of themselves, again and again. */
  readonly show: string;
}

/** The filters in the words of the observer's search. */
export function askedOf({ q, outcome, service, show }: Filters): string {
  const terms = [
    q.trim(),
    outcome && `outcome:${outcome}`,
    service && `service:${service}`,
    show !== 'all' && '-operation:periodic',
  ];
  return terms.filter(Boolean).join(' ');
}

/** Whether a flow that just came belongs in the list. The words of `q` are not judged here: only the observer has the hops. */
export function passes({ operation, outcome, services }: FlowSummary, wanted: Filters): boolean {
  return (
    (wanted.outcome === '' || wanted.outcome === outcome) &&
    (wanted.service === '' || services.some((service) => service.includes(wanted.service))) &&
    (wanted.show === 'all' || operation !== 'periodic')
  );
}
