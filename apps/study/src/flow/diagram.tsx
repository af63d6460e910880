import { useComputed } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { useScroll } from '../rows/use-scroll.ts';
import { rowsBetween } from '../rows/window.ts';
import { DiagramRowView } from './diagram-row.tsx';
import { LaneHeads } from './lane-heads.tsx';
import type { Picture } from './picture.ts';

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
    const y = picture.rows.find(({ id }) => id === selected)?.y;
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
  const stop = shown.some(({ id }) => id === selected) ? selected : shown.find(({ hop }) => hop)?.id;

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
            <DiagramRowView
              key={`${row.row}${row.id}${row.row === 'arrow' ? row.to : ''}`}
              row={row}
              picture={picture}
              isSelected={row.id === selected}
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
