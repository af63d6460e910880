import type { Diagram } from './diagram.ts';

/** The diagram as JSON that people can read. */
export function toJson(diagram: Diagram): string {
  return `${JSON.stringify(diagram, undefined, 2)}\n`;
}
