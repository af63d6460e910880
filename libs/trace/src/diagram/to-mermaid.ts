import type { Diagram, DiagramArrow, DiagramRow } from './diagram.ts';

/** The diagram as Mermaid's text: `sequenceDiagram`. */
export function toMermaid({ title, lanes, rows }: Diagram): string {
  const names = new Map(lanes.map(({ id }, index) => [id, `p${index}`]));
  const lines = [
    'sequenceDiagram',
    `  title ${escaped(title)}`,
    ...lanes.map(
      ({ id, label, kind }) =>
        `  participant ${names.get(id)} as ${escaped(kind === 'queue' ? `queue ${label}` : label)}`,
    ),
    ...rows.flatMap((row) => lineOf(row, (lane) => names.get(lane) ?? 'p0')).map((line) => `  ${line}`),
  ];
  return `${lines.join('\n')}\n`;
}

function lineOf(row: DiagramRow, name: (lane: string) => string): readonly string[] {
  if (row.row === 'mark') return [`Note over ${name(row.lane)}: ${escaped(row.text)}`];
  const from = name(row.from);
  const ends = row.copies === undefined || row.copies.length === 0 ? [row.to] : row.copies.map(({ lane }) => lane);
  const arrows = ends.map((end) => `${from}${arrowOf(row)}${name(end)}: ${escaped(row.label)}`);
  return SAID.has(row.outcome) ? [...arrows, `Note over ${from}: ${escaped(`${row.outcome}: ${row.why}`)}`] : arrows;
}

/** Solid and pointed for a call, dashed for what comes back, open for what nobody waits for, a cross for what is lost. */
function arrowOf({ kind, outcome }: DiagramArrow): string {
  const isBack = kind === 'reply' || kind === 'heartbeat';
  if (outcome === 'lost') return isBack ? '--x' : '-x';
  if (isBack) return '-->>';
  return kind === 'call' ? '->>' : '-)';
}

const SAID: ReadonlySet<string> = new Set(['timed out', 'lost']);

/** Mermaid ends a text at `;` and `#`, and reads HTML and `%%`; its own codes stand for all of them. */
function escaped(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim().slice(0, MOST);
  const codes = line.replace(
    /[#;<>"%{}\\`]|^(?:no)?wrap(?=:)/g,
    (match) => `#${match.charCodeAt(0)};${match.slice(1)}`,
  );
  return codes === '' ? '-' : codes;
}

const MOST = 200;
