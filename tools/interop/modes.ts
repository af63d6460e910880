import { randomUUID } from 'node:crypto';
import type { Kind } from './peers.ts';

/** A way in which queues are declared. */
export interface Mode {
  readonly name: string;
  /** Driver options of each kind for the URL's query. Fresh for each meeting, as queue names may be in them. */
  readonly options: () => Readonly<Record<Kind, string>>;
  /** Options of the mode that oslo.messaging got later than the version of Debian 12. Python then comes without them. */
  readonly unknownToPython?: string;
  /** Rows that Python cannot do without them, and why. */
  readonly gaps?: { readonly rows: readonly string[]; readonly why: string };
  /** The embedded broker has none of what the mode needs. */
  readonly notEmbedded?: string;
}

const same = (options: string) => (): Record<Kind, string> => ({ python: options, node: options });

export const modes: readonly Mode[] = [
  { name: 'transient', options: same('') },
  { name: 'durable', options: same('amqp_durable_queues=true') },
  { name: 'quorum', options: same('rabbit_quorum_queue=true') },
  {
    name: 'stream fanout',
    options: () => ({
      python: 'rabbit_quorum_queue=true',
      node:
        'rabbit_quorum_queue=true&rabbit_transient_quorum_queue=true&rabbit_stream_fanout=true&' +
        'rabbit_qos_prefetch_count=10',
    }),
    unknownToPython: 'rabbit_quorum_queue=true&rabbit_transient_quorum_queue=true&rabbit_stream_fanout=true',
    gaps: { rows: ['fanout cast'], why: 'its fanout exchange is never durable, as streams need it' },
    notEmbedded: 'streams',
  },
  {
    name: 'queue manager',
    options: () => ({ python: '', node: `use_queue_manager=true&hostname=node1&processname=${randomUUID()}` }),
    unknownToPython: 'use_queue_manager=true&hostname=node1&processname=peer',
  },
];
