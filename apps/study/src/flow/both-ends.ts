import type { FlowHop } from '@novasim/trace';

/** What one end did: when, who, what. */
export interface EndLine {
  /** On the clock of the flow, in milliseconds. */
  readonly t_ms: number;
  readonly who: string;
  readonly says: string;
}

/** What both ends did with a message, as far as it is seen from the bus: sent, received, handled, or that nobody did. */
export function bothEnds(hop: FlowHop): readonly EndLine[] {
  const { kind, from, to, t_ms, delivered_t_ms, ended_t_ms, copies, outcome } = hop;
  const what = `${kind} ${hop.method ?? ''} ${hop.exchange || 'default'}/${hop.routing_key}`.replace(/ +/g, ' ');
  const lines: EndLine[] = [{ t_ms, who: from, says: `sent ${what}` }];
  if (copies !== undefined && copies.length > 0) {
    for (const { lane, delivered_t_ms: at } of copies) {
      if (at !== undefined) lines.push({ t_ms: at, who: lane, says: `received ${what}` });
    }
  } else if (delivered_t_ms !== undefined) lines.push({ t_ms: delivered_t_ms, who: to, says: `received ${what}` });
  if (kind === 'call' && ended_t_ms !== undefined) {
    const ms = ended_t_ms - (delivered_t_ms ?? t_ms);
    lines.push({
      t_ms: ended_t_ms,
      who: to,
      says: `${outcome === 'failed' ? 'failed' : 'handled'} ${what} ms=${Math.round(ms * 10) / 10}`,
    });
  }
  return lines;
}
