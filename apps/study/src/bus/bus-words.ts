import { counted } from '../parts/figures.ts';
import type { ConsumerNode, ExchangeNode } from './bus-model.ts';

/** `12/s`, `0.4/s`; empty while nothing passes. */
export function perSecond(rate: number): string {
  if (rate <= 0) return '';
  return `${rate >= 10 ? Math.round(rate) : rate.toFixed(1)}/s`;
}

/** The exchange without a name is the broker's own. */
export function exchangeName(name: string): string {
  return name === '' ? 'default exchange' : name;
}

/** `topic · 12/s` */
export function exchangeFacts({ type, publish_rate }: ExchangeNode): string {
  return [type, perSecond(publish_rate)].filter(Boolean).join(' · ');
}

/** What waits, what is being worked on, how fast it goes. */
export function queueFacts(queue: {
  readonly ready: number;
  readonly unacknowledged: number;
  readonly deliver_rate?: number;
}): string {
  const { ready, unacknowledged, deliver_rate = 0 } = queue;
  const waits = ready === 0 ? 'empty' : `${ready.toLocaleString('en')} ready`;
  const taken = unacknowledged === 0 ? '' : `${unacknowledged.toLocaleString('en')} unacknowledged`;
  return [waits, taken, perSecond(deliver_rate)].filter(Boolean).join(' · ');
}

/** `one process`, `3 processes`. */
export function processes({ processes: count }: ConsumerNode): string {
  return counted(count, 'process', 'processes');
}
