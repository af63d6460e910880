import type { ArrowShape } from './arrow-shape.ts';

/** A message between two lanes. */
export function Arrow({ shape }: { readonly shape: ArrowShape }) {
  const { tone, isDashed, lines, heads, isHeadFull, end, text, textX } = shape;
  return (
    <g class={`arrow kind-${tone}`}>
      {text !== '' && (
        <text x={textX} y={lines.length > 1 ? -12 : end ? -9 : -7} text-anchor="middle">
          {text}
        </text>
      )}
      <g fill="none" stroke="currentColor" stroke-width="1.5">
        {lines.map((d) => (
          <path key={d} d={d} stroke-dasharray={isDashed ? '5 4' : undefined} />
        ))}
        {heads.map((d) => (
          <path
            key={d}
            d={isHeadFull ? `${d}z` : d}
            fill={isHeadFull ? 'currentColor' : 'none'}
            stroke-linejoin="round"
          />
        ))}
        {end?.sign === 'cross' && <path d={`M${end.x - 5} -5l10 10m0-10l-10 10`} stroke-width="2" />}
        {end?.sign === 'box' && <path class="box" d={`M${end.x - 6} -5h12v10h-12z`} />}
      </g>
    </g>
  );
}
