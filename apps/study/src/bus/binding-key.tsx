import type { BindingBox } from './boxes.ts';
import { exchangeName } from './bus-words.ts';
import { fitted } from './fitted.ts';
import { Pressable } from './pressable.tsx';

interface BindingKeyProps {
  readonly box: BindingBox;
  readonly way: string;
  readonly onAsk: (exchange: string, key: string) => void;
}

/** A binding: the line from its exchange to where it leads, with its key on the way. */
export function BindingKey({ box, way, onAsk }: BindingKeyProps) {
  const { node, x, y, width, height, paths } = box;
  const { exchange, to, isToExchange, label, key, count } = node;
  const target = isToExchange ? `the exchange ${to}` : to;
  const shown = fitted(label, width - 16);
  const bindings = count === 1 ? 'Binding' : `${count} bindings`;
  return (
    <>
      {paths.map((d) => (
        <path key={d} class={`line${way}`} d={d} />
      ))}
      <Pressable
        class={`binding${way}`}
        name={`${bindings} of ${exchangeName(exchange)} to ${target}, ${shown}. Ask where such a message goes`}
        tip={label}
        onPress={() => onAsk(exchange, key)}
      >
        <rect x={x} y={y - height / 2} width={width} height={height} rx={height / 2} />
        <text x={x + 9} y={y + 4}>
          {shown}
        </text>
      </Pressable>
      {isToExchange && (
        <text class="facts" x={x + width + 28} y={y + 4}>
          {to}
        </text>
      )}
    </>
  );
}
