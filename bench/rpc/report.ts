import { cpus, loadavg, totalmem } from 'node:os';
import { type Bound, boundTable } from './bounds.ts';
import type { Library } from './libraries.ts';
import type { Plan } from './plan.ts';

/** What a scenario found. */
export interface Figures {
  readonly bounds: readonly Bound[];
  readonly sections: readonly Section[];
}

/** One table of figures, medians of the rounds. */
export interface Section {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** How busy the machine is; asked before anything is started. */
export function machineLoad(): string {
  return loadavg()[0]?.toFixed(1) ?? '?';
}

/** What the figures are taken on. */
export function machine(): string {
  const processors = cpus();
  return `${processors.length} × ${processors[0]?.model.trim()}, ${Math.round(totalmem() / 1e9)} GB, Node ${process.versions.node}`;
}

/** The page that `--write` keeps. */
export function page(
  figures: readonly Figures[],
  about: {
    readonly libraries: readonly Library[];
    readonly broker: string;
    readonly load: string;
    readonly plan: Plan;
  },
): string {
  const { libraries, broker, load, plan } = about;
  const bounds = figures.flatMap((each) => each.bounds);
  const failed = bounds.filter(({ holds }) => holds === false).length;
  return `# What a call costs

Taken by \`npm run bench:rpc -- --write\` on ${new Date().toISOString().slice(0, 10)}.

**Machine.** ${machine()}, ${broker};
load before it began: ${load}. Client, server and broker share it, so from 16 in flight the processors are the limit.

**Compared.** ${libraries.map(({ name, version }) => `${name} ${version}`).join(', ')}. novasim goes through \`libs/rpc/bench/adapter.ts\`
with oslo's defaults: full envelope, confirmed requests and replies, requests acknowledged before they run, a request context. amqplib is the
floor, written by hand: one JSON body, no confirm and no acknowledgement for calls, confirms for casts. NestJS as documented (no
acknowledgement, no confirm). Moleculer with prefetch 300 instead of its 1. oslo.messaging with a thread for each call in flight and 64 workers.
All Node clients and servers have \`noDelay\`.

**Method.** Client and server are processes of their own, on a virtual host of their own. ${plan.rounds} rounds; in each every library carries
the load for ${plan.seconds} s, in turning order. A ratio is taken within its round; shown are medians, in parentheses the lowest and the
highest round. Processor time is what the kernel counted for each process (\`/proc/PID/stat\`, steps of 10 ms), divided by the calls.

**Noise.** What lies between the lowest and the highest round. Single loads differ by a third on a machine that does other things, ratios
and processor time by a tenth.

## Bounds: ${bounds.length - failed} of ${bounds.length} hold or were not measured

${boundTable(bounds)}
${tables(figures)}`;
}

/** Every table of figures, in Markdown. */
export function tables(figures: readonly Figures[]): string {
  return figures
    .flatMap(({ sections }) => sections)
    .map(table)
    .join('\n');
}

function table({ title, columns, rows }: Section): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  const dashes = `|${columns.map((_, index) => (index === 0 ? '---|' : '---:|')).join('')}\n`;
  return `## ${title}\n\n${line(columns)}${dashes}${rows.map(line).join('')}`;
}
