import type { FlowSummary } from '@novasim/trace';
import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { useKeys } from '../keys/key-map.ts';
import { navigate } from '../router/location.ts';
import { useScroll } from '../rows/use-scroll.ts';
import { rowsInView } from '../rows/window.ts';
import { FlowRow, flowUrl } from './flow-row.tsx';

interface FlowTableProps {
  readonly flows: readonly FlowSummary[];
  readonly picks: readonly string[];
  readonly onPick: (id: string) => void;
  /** The last row came into view. */
  readonly onEnd: () => void;
}

/** Only the rows in view exist, so a list of thousands costs what a screenful costs. */
export function FlowTable({ flows, picks, onPick, onEnd }: FlowTableProps) {
  const box = useRef<HTMLElement>(null);
  const view = useScroll(box);
  const current = useSignal<string | undefined>(undefined);
  const { top, width, height } = view.value;
  const rowHeight = width < NARROW ? TALL_ROW : ROW;
  const { first, end } = rowsInView(top, height, rowHeight, flows.length);

  const newest = useRef(flows[0]);
  useLayoutEffect(() => {
    const before = newest.current;
    newest.current = flows[0];
    const scrolled = box.current;
    if (scrolled === null || before === undefined || scrolled.scrollTop === 0) return;
    // What is being read stays where it is while new flows come in above it.
    const moved = flows.findIndex(({ request_id }) => request_id === before.request_id);
    if (moved > 0) scrolled.scrollTop += moved * rowHeight;
  }, [flows, rowHeight]);

  useEffect(() => {
    if (height > 0 && end >= flows.length) onEnd();
  }, [end, flows.length, height, onEnd]);

  const step = (by: number) => {
    const at = flows.findIndex(({ request_id }) => request_id === current.peek());
    const next = at === -1 ? 0 : Math.max(0, Math.min(flows.length - 1, at + by));
    current.value = flows[next]?.request_id;
    const scrolled = box.current;
    if (scrolled === null) return;
    const y = next * rowHeight;
    if (y < scrolled.scrollTop) scrolled.scrollTop = y;
    else if (y + rowHeight > scrolled.scrollTop + height - HEAD) scrolled.scrollTop = y + rowHeight + HEAD - height;
  };
  const onCurrent = (run: (id: string) => void) => () => {
    if (current.peek() === undefined) return false;
    run(current.peek() ?? '');
    return true;
  };
  useKeys('List of flows', [
    { keys: ['j', 'ArrowDown'], does: 'Next flow', run: () => step(1) },
    { keys: ['k', 'ArrowUp'], does: 'Flow before', run: () => step(-1) },
    { keys: ['Enter'], does: 'Open the flow', run: onCurrent((id) => navigate(flowUrl(id))) },
    { keys: ['x'], does: 'Choose the flow for comparing', run: onCurrent(onPick) },
  ]);

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section ref={box} class="flow-table" aria-label="List of flows" tabIndex={0}>
      <table aria-rowcount={flows.length + 1}>
        <thead>
          <tr class="flow-row head" aria-rowindex={1}>
            {COLUMNS.map(([name, title]) => (
              <th key={name} class={name} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody style={{ height: `${flows.length * rowHeight}px`, paddingTop: `${first * rowHeight}px` }}>
          {flows.slice(first, end).map((flow, index) => (
            <FlowRow
              key={flow.request_id}
              flow={flow}
              rowIndex={first + index + 2}
              isCurrent={flow.request_id === current.value}
              isPicked={picks.includes(flow.request_id)}
              onPick={onPick}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

const ROW = 44;
const HEAD = 32;
const TALL_ROW = 68;
/** Below this width a row has two lines; `flows.css` has the same number. */
const NARROW = 640;

const COLUMNS = [
  ['pick', 'Compare'],
  ['when', 'Began'],
  ['what', 'What'],
  ['who', 'Who'],
  ['hops', 'Hops'],
  ['long', 'How long'],
  ['end', 'Outcome'],
] as const;
