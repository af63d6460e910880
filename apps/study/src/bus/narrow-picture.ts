import type { BindingBox, BusPicture, ExchangeBox, QueueBox } from './boxes.ts';
import type { BusModel } from './bus-model.ts';
import { BINDING_HEIGHT, bindingWidth, EXCHANGE_HEIGHT, MEMBER, memberBoxes } from './layout.ts';
import type { QueueFold } from './queue-folds.ts';

const SPINE = 10;
const INDENT = 28;
const QUEUE_HEIGHT = 60;
const GAP = 14;

/** A tree: under each exchange its keys, under each key its queue, which names its consumers. */
export function narrowPicture(model: BusModel, width: number, open: ReadonlySet<string>): BusPicture {
  const folds = new Map(model.queues.map((fold) => [fold.id, fold]));
  const reached = new Set(model.bindings.flatMap(({ to, isToExchange }) => (isToExchange ? [] : [to])));
  const exchanges: ExchangeBox[] = [];
  const bindings: BindingBox[] = [];
  const queues: QueueBox[] = [];
  let top = 1;
  const placeQueue = (node: QueueFold) => {
    const box = { x: INDENT, y: top + QUEUE_HEIGHT / 2, width: width - INDENT - 1, height: QUEUE_HEIGHT };
    const members = memberBoxes(node, open.has(node.id), box);
    const programs = model.consumers.filter(({ from }) => from.includes(node.id));
    queues.push({ node, ...box, members, programs });
    top += QUEUE_HEIGHT + (members.length > 0 ? members.length * MEMBER + 8 : 0) + GAP;
  };
  for (const node of model.exchanges) {
    const foot = top + EXCHANGE_HEIGHT;
    exchanges.push({ node, x: 1, y: top + EXCHANGE_HEIGHT / 2, width: width - 2, height: EXCHANGE_HEIGHT });
    top = foot + GAP;
    for (const binding of model.bindings.filter(({ exchange }) => exchange === node.name)) {
      const y = top + BINDING_HEIGHT / 2;
      const fold = binding.isToExchange ? undefined : folds.get(binding.to);
      const keyWidth = bindingWidth(binding, width - INDENT - 1);
      const down = INDENT + 16;
      bindings.push({
        node: binding,
        x: INDENT,
        y,
        width: keyWidth,
        height: BINDING_HEIGHT,
        paths: [
          `M${SPINE} ${foot}V${y}H${INDENT}`,
          `M${down} ${y + BINDING_HEIGHT / 2}v${fold === undefined ? 0 : GAP / 2}`,
        ],
      });
      top += BINDING_HEIGHT + GAP / 2;
      if (fold !== undefined) placeQueue(fold);
    }
    top += GAP / 2;
  }
  for (const fold of model.queues) if (!reached.has(fold.id)) placeQueue(fold);
  return { width, height: top, heads: [], exchanges, bindings, queues, consumers: [], consumings: [] };
}
