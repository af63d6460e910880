import type { Diagram, DiagramArrow, DiagramLane, DiagramRow } from './diagram.ts';

/** The diagram as PlantUML's text. */
export function toPlantUml({ title, lanes, rows }: Diagram): string {
  const names = new Map(lanes.map(({ id }, index) => [id, `p${index}`]));
  const lines = [
    '@startuml',
    `title ${escaped(title)}`,
    ...lanes.map(({ id, label, kind }) => `${WORDS[kind]} "${escaped(label)}" as ${names.get(id)}`),
    ...rows.flatMap((row) => lineOf(row, (lane) => names.get(lane) ?? 'p0')),
    '@enduml',
  ];
  return `${lines.join('\n')}\n`;
}

const WORDS: Readonly<Record<DiagramLane['kind'], string>> = {
  service: 'participant',
  queue: 'queue',
  fanout: 'collections',
};

function lineOf(row: DiagramRow, name: (lane: string) => string): readonly string[] {
  if (row.row === 'mark') return [`hnote over ${name(row.lane)} : ${escaped(row.text)}`];
  const from = name(row.from);
  const ends = row.copies === undefined || row.copies.length === 0 ? [row.to] : row.copies.map(({ lane }) => lane);
  const arrows = ends.map((end) => `${from} ${arrowOf(row)} ${name(end)} : ${escaped(row.label)}`);
  return SAID.has(row.outcome) ? [...arrows, `note over ${from} : ${escaped(`${row.outcome}: ${row.why}`)}`] : arrows;
}

/** Solid and filled for a call, dashed for what comes back, thin and open for what nobody waits for, a cross for what is lost. */
function arrowOf({ kind, outcome }: DiagramArrow): string {
  const isBack = kind === 'reply' || kind === 'heartbeat';
  if (outcome === 'lost') return isBack ? '-->x' : '->x';
  if (isBack) return '-->';
  return kind === 'call' ? '->' : '->>';
}

const SAID: ReadonlySet<string> = new Set(['timed out', 'lost']);

/** Whatever PlantUML might read as markup goes by its number. */
function escaped(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim().slice(0, MOST);
  return line.replace(/[\\<>"~*&%[\]{}`]|__|--|\/\//g, (match) => [...match].map(byNumber).join(''));
}

function byNumber(character: string): string {
  return `<U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}>`;
}

const MOST = 200;
