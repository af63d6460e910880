import type { DiagramMark } from '@novasim/trace';

/** What a service said of the flow, at its place on its lane: a sign for its kind, and its words. */
export function Mark({ mark, width }: { readonly mark: DiagramMark; readonly width: number }) {
  const isAtEnd = mark.x + 12 + mark.text.length * 6.4 > width;
  return (
    <g class={`mark ${mark.kind}`}>
      <path d={SIGNS[mark.kind]} transform={`translate(${mark.x} 0)`} />
      <text x={mark.x + (isAtEnd ? -12 : 12)} y="4" text-anchor={isAtEnd ? 'end' : 'start'}>
        {mark.text}
      </text>
    </g>
  );
}

const SIGNS: Readonly<Record<DiagramMark['kind'], string>> = {
  http: 'M-5 -4h10v8h-10z',
  state: 'M0 -5L5 0L0 5L-5 0z',
  verdict: 'M-5 4L0 -5L5 4z',
  fault: 'M-4 -4L4 4M4 -4L-4 4',
  note: 'M-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0',
};
