import { allRows, type Outcome, type Outcomes, type Roles } from './meeting.ts';

/** One column: outcomes of all rows for one mode and one pair. */
export interface Column {
  readonly mode: string;
  readonly roles: Roles;
  readonly outcomes: Outcomes;
}

const signs: Readonly<Record<Outcome['state'], string>> = { same: '✓', different: '✗', gap: 'p', none: '–' };
const rowWidth = Math.max(...allRows.map(({ name }) => name.length)) + 2;
const cellWidth = 5;

/** The matrix of one broker, with what is different and what Python lacks below it. */
export function matrixOf(broker: string, columns: readonly Column[]): string {
  const modes = [...new Set(columns.map(({ mode }) => mode))];
  const widths = modes.map((mode) => columns.filter((column) => column.mode === mode).length * cellWidth);
  const head = modes.map((mode, index) => mode.padEnd(widths[index] ?? 0)).join('');
  const lines = [
    `${broker.padEnd(rowWidth)}${head}`,
    `${''.padEnd(rowWidth)}${columns.map(({ roles }) => short(roles).padEnd(cellWidth)).join('')}`,
    ...allRows.map(
      ({ name }) =>
        `${name.padEnd(rowWidth)}${columns.map(({ outcomes }) => signs[outcomes.get(name)?.state ?? 'none'].padEnd(cellWidth)).join('')}`,
    ),
    ...notesOf(columns),
  ];
  return lines.map((line) => line.trimEnd()).join('\n');
}

/** True when nothing is different that should be the same. */
export function isGreen(columns: readonly Column[]): boolean {
  return columns.every(({ outcomes }) => [...outcomes.values()].every(({ state }) => state !== 'different'));
}

/** Equal notes of a column are told once, with the rows they are about. */
function notesOf(columns: readonly Column[]): string[] {
  return columns.flatMap(({ mode, roles, outcomes }) => {
    const rowsOf = new Map<string, string[]>();
    for (const [row, { state, why }] of outcomes) {
      if (why === undefined) continue;
      const note = `${signs[state]} ${why.replaceAll('\n', ' ')}`;
      rowsOf.set(note, [...(rowsOf.get(note) ?? []), row]);
    }
    return [...rowsOf].map(([note, rows]) => {
      const which = rows.length === allRows.length ? 'all rows' : rows.join('; ');
      return `  ${mode}, ${short(roles)}, ${which}: ${note}`;
    });
  });
}

/** `p>n`: Python's client with a server of ours. */
function short({ client, server }: Roles): string {
  return `${client[0]}>${server[0]}`;
}
