import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';

/** One table of figures. */
export interface Section {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly note?: string;
}

/** What the figures are taken on; asked before the first, because of how busy the machine is without us. */
export function describeMachine(): string {
  const debian = /^PRETTY_NAME="(.*)"$/m.exec(readOrEmpty('/etc/os-release'))?.[1] ?? process.platform;
  const processors = cpus();
  const memory = Math.round(totalmem() / 1e9);
  return `${processors.length} × ${processors[0]?.model.trim()}, ${memory} GB, ${debian}, Linux ${release()}, Node ${process.versions.node}; load before it began: ${loadavg()[0]?.toFixed(1)}`;
}

/** All of it as the page `bench/README.md` is. */
export function markdown(machine: string, sections: readonly Section[]): string {
  return `# How fast the cloud is

Taken by \`npm run bench -- --write\` on ${new Date().toISOString().slice(0, 10)}.

**Machine.** ${machine}. Client, services, broker and database share it.

**Method.** The cloud as \`npm start -- --no-observer\` brings it up: one process a service, SQLite in a file, logs of level info as JSON lines through
the launcher. Guests start in no time (\`COMPUTE_SPAWN_MS=0\`); eight compute hosts with room for everything. The client is a process
of its own; it keeps its connections and looks for all boots together which builds have ended (every 2, 5 or 10 ms at 1, 8 or 32
boots at once), so a latency is that much too long at most, and the api's processor time has those looks in it. Processor time is what
the kernel counted for each process (\`/proc/PID/stat\`, steps of 10 ms) over a round, divided by its boots.

**Noise.** Each figure is the median of the rounds, in parentheses the lowest and the highest round. A round is 60, 300 or 800 boots
at 1, 8 or 32 at once, after a warm-up of 300.

${sections.map(table).join('\n')}`;
}

function table({ title, columns, rows, note }: Section): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  const dashes = `|${columns.map((_, i) => (i === 0 ? '---|' : '---:|')).join('')}\n`;
  return `## ${title}\n\n${line(columns)}${dashes}${rows.map(line).join('')}${note === undefined ? '' : `\n${note}\n`}`;
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
