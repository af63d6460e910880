import { duration } from '../parts/figures.ts';
import { Arrow } from './arrow.tsx';
import { shapeOf } from './arrow-shape.ts';
import { hopName, markName } from './hop-name.ts';
import { Mark } from './mark.tsx';
import type { Picture, PictureRow } from './picture.ts';

interface RowProps {
  readonly row: PictureRow;
  readonly picture: Picture;
  readonly isSelected: boolean;
  /** Whether the tab key stops here: at one row of all. */
  readonly isStop: boolean;
  readonly onSelect: (id: number) => void;
}

/** A row of the diagram: when, and the message or what a service said. It can be chosen. */
export function DiagramRowView({ row, picture, isSelected, isStop, onSelect }: RowProps) {
  const time = picture.gutter > 0 && (
    <text class="time" x={picture.gutter - 8} y="4" text-anchor="end">
      {duration(row.t_ms)}
    </text>
  );
  if (row.row === 'mark' && row.hop === undefined) {
    return (
      <g transform={`translate(0 ${row.y})`}>
        <Mark mark={row} />
        {time}
      </g>
    );
  }
  const shape = row.row === 'arrow' ? shapeOf(row, picture.width) : undefined;
  const select = () => onSelect(row.id);
  return (
    <g transform={`translate(0 ${row.y})`}>
      {/* biome-ignore lint/a11y/useSemanticElements: there is no button inside a picture */}
      <g
        class={isSelected ? 'hop selected' : 'hop'}
        role="button"
        tabindex={isStop ? 0 : -1}
        aria-pressed={isSelected}
        aria-label={row.row === 'arrow' ? hopName(row.hop, shape?.text ?? '') : markName(row)}
        onClick={select}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' && event.key !== ' ') return;
          event.preventDefault();
          select();
        }}
      >
        <rect class="ground" x="0" y="-22" width={picture.width} height="34" />
        {shape && <Arrow shape={shape} />}
        {row.row === 'mark' && <Mark mark={row} />}
      </g>
      {time}
    </g>
  );
}
