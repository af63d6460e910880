import { useRef } from 'preact/hooks';
import { useScroll } from '../rows/use-scroll.ts';
import { BindingKey } from './binding-key.tsx';
import type { ConsumerBox, ExchangeBox } from './boxes.ts';
import type { BusModel } from './bus-model.ts';
import { busPicture } from './bus-picture.ts';
import { exchangeFacts, exchangeName, processes } from './bus-words.ts';
import { fitted } from './fitted.ts';
import { Pressable } from './pressable.tsx';
import type { Path } from './question.ts';
import { QueueNode } from './queue-node.tsx';

interface BusGraphProps {
  readonly model: BusModel;
  readonly open: ReadonlySet<string>;
  /** What the asked message would touch; all else steps back. */
  readonly path: Path | undefined;
  readonly onToggle: (fold: string) => void;
  readonly onAsk: (exchange: string, key: string) => void;
}

/** Exchanges, bindings, queues and consumers, left to right. */
export function BusGraph({ model, open, path, onToggle, onAsk }: BusGraphProps) {
  const box = useRef<HTMLElement>(null);
  const { width } = useScroll(box).value;
  const picture = busPicture(model, Math.max(320, width), open);
  /** On the way of the message that is asked about, or off it; nothing while nothing is asked. */
  const way = (is: boolean) => (path === undefined ? '' : is ? ' on-way' : ' off-way');
  return (
    <section ref={box} class="bus-graph" aria-label="Graph of the bus">
      {width > 0 && (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be drawn
        <svg
          role="group"
          aria-label="Exchanges, bindings, queues and consumers"
          width={picture.width}
          height={picture.height}
          viewBox={`0 0 ${picture.width} ${picture.height}`}
        >
          {picture.heads.map(({ x, text }) => (
            <text key={text} class="head" x={x} y={14}>
              {text}
            </text>
          ))}
          {picture.consumings.map(({ from, program, path: d }) => (
            <path key={`${from} ${program}`} class={`line${way(path?.folds.has(from) ?? false)}`} d={d} />
          ))}
          {picture.bindings.map((binding) => (
            <BindingKey
              key={`${binding.node.exchange} ${binding.node.to}`}
              box={binding}
              way={way(isOnWay(binding.node, path))}
              onAsk={onAsk}
            />
          ))}
          {picture.exchanges.map((exchange) => (
            <Exchange
              key={exchange.node.name}
              box={exchange}
              way={way(path?.exchanges.has(exchange.node.name) ?? false)}
              onAsk={onAsk}
            />
          ))}
          {picture.queues.map((queue) => (
            <QueueNode
              key={`${queue.node.id} ${queue.y}`}
              box={queue}
              isOpen={open.has(queue.node.id)}
              asked={path?.queues}
              way={way(path?.folds.has(queue.node.id) ?? false)}
              onToggle={onToggle}
            />
          ))}
          {picture.consumers.map((consumer) => (
            <Consumer
              key={consumer.node.program}
              box={consumer}
              way={way(consumer.node.from.some((id) => path?.folds.has(id)))}
            />
          ))}
        </svg>
      )}
    </section>
  );
}

function isOnWay({ exchange, to, isToExchange }: BusModel['bindings'][number], path: Path | undefined): boolean {
  if (path === undefined || !path.exchanges.has(exchange)) return false;
  return isToExchange ? path.exchanges.has(to) : path.folds.has(to);
}

function Exchange({ box, way, onAsk }: { box: ExchangeBox; way: string; onAsk: BusGraphProps['onAsk'] }) {
  const { node, x, y, width, height } = box;
  const name = exchangeName(node.name);
  const shown = fitted(name, width - 20);
  const facts = node.why === undefined ? exchangeFacts(node) : `${node.type} · leads nowhere`;
  return (
    <Pressable
      class={`exchange${way}${node.why === undefined ? '' : ' dead'}`}
      name={`Exchange ${shown}, ${facts}. Ask where a message sent to ${name} goes`}
      tip={node.why ?? name}
      onPress={() => onAsk(node.name, '')}
    >
      <rect x={x} y={y - height / 2} width={width} height={height} rx="3" />
      <text class="name" x={x + 10} y={y - 3}>
        {shown}
      </text>{' '}
      <text class="facts" x={x + 10} y={y + 13}>
        {facts}
      </text>
    </Pressable>
  );
}

function Consumer({ box, way }: { readonly box: ConsumerBox; readonly way: string }) {
  const { node, x, y, width } = box;
  return (
    <g class={`consumer${way}`}>
      <circle cx={x + 4} cy={y} r="4" />
      <text class="name" x={x + 16} y={y - 2}>
        {fitted(node.program, width - 16)}
      </text>
      <text class="facts" x={x + 16} y={y + 13}>
        {processes(node)}
      </text>
    </g>
  );
}
