import { useComputed } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { duration } from '../parts/figures.ts';
import { useScroll } from '../rows/use-scroll.ts';
import { rowsBetween } from '../rows/window.ts';
import { Arrow } from './arrow.tsx';
import { shapeOf } from './arrow-shape.ts';
import { hopName } from './hop-name.ts';
import { LaneHeads } from './lane-heads.tsx';
import { Mark } from './mark.tsx';
import type { Picture, PictureRow } from './picture.ts';

interface DiagramProps {
  /** Draws for a width in pixels. */
  readonly draw: (width: number) => Picture;
  readonly selected: number | undefined;
  readonly onSelect: (id: number) => void;
  /** Whether the flow still goes on: then the end stays in view once one has scrolled there. */
  readonly isOpen: boolean;
}

/** The sequence diagram. Only what is in view and a little around it exists, so ten thousand hops scroll like ten. */
export function SequenceDiagram({ draw, selected, onSelect, isOpen }: DiagramProps) {
  const box = useRef<HTMLElement>(null);
  const view = useScroll(box);
  const top = useComputed(() => Math.max(0, Math.floor(view.value.top / STRIDE) - 1) * STRIDE).value;
  const size = useComputed(() => `${view.value.width} ${view.value.height}`).value;
  const [width = 0, height = 0] = size.split(' ').map(Number);
  const picture = draw(width);
  const bottom = Math.min(picture.height, top + height + 3 * STRIDE);

  useEffect(() => {
    const scrolled = box.current;
    const y = picture.rows.find((row) => row.row === 'arrow' && row.id === selected)?.y;
    if (scrolled === null || y === undefined) return;
    if (matchMedia(ONE_COLUMN).matches) scrolled.scrollIntoView({ block: 'start' });
    if (y - ROOM < scrolled.scrollTop) scrolled.scrollTop = y - ROOM;
    else if (y + ROOM > scrolled.scrollTop + scrolled.clientHeight - HEAD)
      scrolled.scrollTop = y + ROOM + HEAD - scrolled.clientHeight;
  }, [selected, picture.rows]);

  const last = useRef(picture.height);
  useEffect(() => {
    const scrolled = box.current;
    const grown = picture.height - last.current;
    last.current = picture.height;
    if (scrolled === null || !isOpen || grown <= 0) return;
    const wasAtEnd = scrolled.scrollHeight - grown - scrolled.scrollTop - scrolled.clientHeight < 8;
    if (wasAtEnd) scrolled.scrollTop = scrolled.scrollHeight;
  }, [picture.height, isOpen]);

  const { first, end } = rowsBetween(picture.rows, top - ROOM, bottom + ROOM);
  const shown = picture.rows.slice(first, end);
  const stop = shown.some(({ id, row }) => row === 'arrow' && id === selected)
    ? selected
    : shown.find(({ row }) => row === 'arrow')?.id;

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section ref={box} class="diagram" aria-label="Sequence diagram" tabIndex={0}>
      <LaneHeads picture={picture} height={HEAD} />
      <div class="plate" style={{ height: `${picture.height}px`, width: `${picture.width}px` }}>
        <svg
          width={picture.width}
          height={bottom - top}
          viewBox={`0 ${top} ${picture.width} ${bottom - top}`}
          style={{ transform: `translateY(${top}px)` }}
        >
          <title>Messages in the order of time</title>
          {picture.lanes.map(({ id, x, kind }) => (
            <line key={id} class={`lane ${kind}`} x1={x} x2={x} y1={top} y2={bottom} />
          ))}
          {picture.bars
            .filter(({ y, end: to }) => to >= top && y <= bottom)
            .map(({ id, x, y, end: to, isOpen: goesOn }) => (
              <rect key={id} class={goesOn ? 'bar open' : 'bar'} x={x - 4} y={y} width="8" height={to - y} />
            ))}
          {shown.map((row) => (
            <Row
              key={`${row.row}${row.id}${row.row === 'arrow' ? row.to : ''}`}
              row={row}
              picture={picture}
              isSelected={row.row === 'arrow' && row.id === selected}
              isStop={row.id === stop}
              onSelect={onSelect}
            />
          ))}
        </svg>
      </div>
    </section>
  );
}

/** The picture is drawn anew each so many pixels of scrolling. */
const STRIDE = 400;
/** Height of the names of the lanes, and room around a row. */
const HEAD = 56;
const ROOM = 40;
/** Where the message covers the lower half of the window; `flow.css` has the same width. */
const ONE_COLUMN = '(max-width: 60rem)';

interface RowProps {
  readonly row: PictureRow;
  readonly picture: Picture;
  readonly isSelected: boolean;
  readonly isStop: boolean;
  readonly onSelect: (id: number) => void;
}

function Row({ row, picture, isSelected, isStop, onSelect }: RowProps) {
  const place = `translate(0 ${row.y})`;
  const time = picture.gutter > 0 && (
    <text class="time" x={picture.gutter - 8} y="4" text-anchor="end">
      {duration(row.t_ms)}
    </text>
  );
  if (row.row === 'mark') {
    return (
      <g transform={place}>
        {time}
        <Mark mark={row} width={picture.width} />
      </g>
    );
  }
  const select = () => onSelect(row.id);
  const shape = shapeOf(row, picture.width);
  return (
    <g transform={place}>
      {/* biome-ignore lint/a11y/useSemanticElements: there is no button inside a picture */}
      <g
        class={isSelected ? 'hop selected' : 'hop'}
        role="button"
        tabindex={isStop ? 0 : -1}
        aria-pressed={isSelected}
        aria-label={hopName(row.hop, shape.text)}
        onClick={select}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' && event.key !== ' ') return;
          event.preventDefault();
          select();
        }}
      >
        <rect class="ground" x="0" y="-22" width={picture.width} height="34" />
        <Arrow shape={shape} />
      </g>
      {time}
    </g>
  );
}
