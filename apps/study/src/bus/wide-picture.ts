import type { BindingBox, BusPicture, ConsumerBox, ExchangeBox, QueueBox } from './boxes.ts';
import type { BindingNode, BusModel } from './bus-model.ts';
import { BINDING_HEIGHT, bindingWidth, curve, EXCHANGE_HEIGHT, MEMBER, memberBoxes } from './layout.ts';
import { spread } from './spread.ts';

const TOP = 40;
const ROW = 54;
const BINDING_PITCH = 30;
const QUEUE_HEIGHT = 42;
const EXCHANGE_PITCH = 52;
const CONSUMER_PITCH = 46;
const CONSUMER_HEIGHT = 36;

/** Four columns: what leads to a queue stands left of it, who consumes from it right of it. */
export function widePicture(model: BusModel, width: number, open: ReadonlySet<string>): BusPicture {
  const columns = columnsOf(width);
  const { queues, bindings, bottom } = rowsOf(model, columns, open);

  const middleOf = middles([...bindings.map(({ node, y }) => [node.exchange, y] as const)]);
  const exchangeYs = placed(
    model.exchanges.map(({ name }) => middleOf.get(name) ?? bottom),
    EXCHANGE_PITCH,
  );
  const exchanges = model.exchanges.map(
    (node, index): ExchangeBox => ({
      node,
      x: columns.exchange.x,
      y: exchangeYs[index] ?? TOP,
      width: columns.exchange.width,
      height: EXCHANGE_HEIGHT,
    }),
  );

  const queueYs = new Map(queues.map(({ node, y }) => [node.id, y]));
  // What all read together should not draw each of them away from what it reads alone.
  const readers = countOf(model.consumers.flatMap(({ from }) => from));
  const consumerYs = placed(
    model.consumers.map(({ from }) => {
      const own = from.filter((id) => (readers.get(id) ?? 0) === 1);
      return mean((own.length > 0 ? own : from).map((id) => queueYs.get(id) ?? TOP));
    }),
    CONSUMER_PITCH,
  );
  const consumers = model.consumers.map(
    (node, index): ConsumerBox => ({
      node,
      x: columns.consumer.x,
      y: consumerYs[index] ?? TOP,
      width: columns.consumer.width,
      height: CONSUMER_HEIGHT,
    }),
  );

  const exchangeAt = new Map(exchanges.map((box) => [box.node.name, box]));
  const queueEnd = columns.queue.x + columns.queue.width;
  return {
    width,
    height: Math.max(bottom, ...[...exchangeYs, ...consumerYs].map((y) => y + ROW / 2)),
    heads: [
      { x: columns.exchange.x, text: 'Exchanges' },
      { x: columns.binding.x, text: 'Bindings' },
      { x: columns.queue.x, text: 'Queues' },
      { x: columns.consumer.x, text: 'Consumers' },
    ],
    exchanges,
    bindings: bindings.map((box): BindingBox => {
      const from = exchangeAt.get(box.node.exchange);
      const target = box.node.isToExchange ? exchangeAt.get(box.node.to) : undefined;
      const right = box.x + box.width;
      return {
        ...box,
        paths: [
          from === undefined ? '' : curve(from.x + from.width, from.y, box.x, box.y),
          target === undefined
            ? curve(right, box.y, columns.queue.x, queueYs.get(box.node.to) ?? box.y)
            : `M${right} ${box.y}h24`,
        ],
      };
    }),
    queues,
    consumers,
    consumings: consumers.flatMap(({ node, x, y }) =>
      node.from.map((from) => ({
        from,
        program: node.program,
        path: curve(queueEnd, queueYs.get(from) ?? y, x, y),
      })),
    ),
  };
}

interface Column {
  readonly x: number;
  readonly width: number;
}

function columnsOf(width: number): Record<'exchange' | 'binding' | 'queue' | 'consumer', Column> {
  const part = (share: number, least: number, most: number) =>
    Math.round(Math.max(least, Math.min(most, width * share)));
  const [exchange, binding, queue, consumer] = [
    part(0.15, 132, 200),
    part(0.15, 128, 210),
    part(0.29, 240, 380),
    part(0.14, 130, 190),
  ];
  const room = width - exchange - binding - queue - consumer - 2;
  const bindingX = Math.round(1 + exchange + room * 0.48);
  const queueX = Math.round(bindingX + binding + room * 0.14);
  return {
    exchange: { x: 1, width: exchange },
    binding: { x: bindingX, width: binding },
    queue: { x: queueX, width: queue },
    consumer: { x: width - consumer - 1, width: consumer },
  };
}

/** Queues from top to bottom, each with the keys that lead to it; then the keys that lead to other exchanges. */
function rowsOf(
  { queues, bindings }: BusModel,
  columns: ReturnType<typeof columnsOf>,
  open: ReadonlySet<string>,
): { queues: readonly QueueBox[]; bindings: readonly Omit<BindingBox, 'paths'>[]; bottom: number } {
  const ways = Map.groupBy(bindings, ({ to, isToExchange }) => (isToExchange ? '' : to));
  const boxes: QueueBox[] = [];
  const keys: Omit<BindingBox, 'paths'>[] = [];
  let top = TOP;
  const place = (group: readonly BindingNode[], middle: number) => {
    for (const [index, node] of group.entries()) {
      keys.push({
        node,
        x: columns.binding.x,
        y: middle + (index - (group.length - 1) / 2) * BINDING_PITCH,
        width: bindingWidth(node, columns.binding.width),
        height: BINDING_HEIGHT,
      });
    }
  };
  for (const node of queues) {
    const group = ways.get(node.id) ?? [];
    const height = Math.max(ROW, group.length * BINDING_PITCH);
    const box = { x: columns.queue.x, y: top + height / 2, width: columns.queue.width, height: QUEUE_HEIGHT };
    const members = memberBoxes(node, open.has(node.id), box);
    place(group, box.y);
    boxes.push({ node, ...box, members, programs: [] });
    top += height + (members.length > 0 ? members.length * MEMBER + 8 : 0);
  }
  const onward = ways.get('') ?? [];
  place(onward, top + (onward.length * BINDING_PITCH) / 2);
  return { queues: boxes, bindings: keys, bottom: top + onward.length * BINDING_PITCH };
}

/** Near their wishes, and none above the first row. */
function placed(wishes: readonly number[], pitch: number): readonly number[] {
  const ys = spread(wishes, pitch);
  const above = Math.max(0, TOP + ROW / 2 - Math.min(...ys));
  return ys.map((y) => Math.round(y + above));
}

function middles(pairs: readonly (readonly [string, number])[]): ReadonlyMap<string, number> {
  return new Map([...Map.groupBy(pairs, ([name]) => name)].map(([name, its]) => [name, mean(its.map(([, y]) => y))]));
}

function countOf(ids: readonly string[]): ReadonlyMap<string, number> {
  return new Map([...Map.groupBy(ids, (id) => id)].map(([id, its]) => [id, its.length]));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
