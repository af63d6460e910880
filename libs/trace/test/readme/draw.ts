import { type BusEvent, diagramOf, TraceStore, toMermaid } from '@novasim/trace';

/** What a tap told, drawn. */
export function draw(told: readonly BusEvent[], requestId: string, now_ms: number): string {
  const store = new TraceStore({ budgetMb: 16 });
  for (const event of told) store.add(event);
  const flow = store.flow(requestId, now_ms);
  return flow === undefined ? '' : toMermaid(diagramOf(flow));
}
