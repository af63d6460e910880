import type { PictureMark } from './picture.ts';

/** What a service said of the flow, at its place on its lane: a sign for its kind, and its words. */
export function Mark({ mark }: { readonly mark: PictureMark }) {
  const { text, x, anchor } = mark.shown;
  return (
    <g class={`mark ${mark.kind}`}>
      <path d={SIGNS[mark.kind]} transform={`translate(${mark.x} 0)`} />
      <text x={x} y="4" text-anchor={anchor}>
        {text}
      </text>
    </g>
  );
}

const SIGNS: Readonly<Record<PictureMark['kind'], string>> = {
  http: 'M-5 -4h10v8h-10z',
  state: 'M0 -5L5 0L0 5L-5 0z',
  verdict: 'M-5 4L0 -5L5 4z',
  fault: 'M-4 -4L4 4M4 -4L-4 4',
  note: 'M-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0',
};
