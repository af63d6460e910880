import type { ComponentChildren } from 'preact';
import { fitted, textWidth } from './boxes.ts';
import type { MemberBox, QueueBox } from './bus-picture.ts';
import { processes, queueFacts } from './bus-words.ts';
import { Pressable } from './pressable.tsx';
import { shortName } from './queue-folds.ts';

interface QueueNodeProps {
  readonly box: QueueBox;
  readonly isOpen: boolean;
  /** Queues that the asked message would be put in. */
  readonly asked: ReadonlySet<string> | undefined;
  readonly way: string;
  readonly onToggle: (fold: string) => void;
}

/** A queue, or a fold of queues that opens when it is pressed; what is wrong with it is said in it. */
export function QueueNode({ box, isOpen, asked, way, onToggle }: QueueNodeProps) {
  const { node, members } = box;
  const count = node.queues.length;
  const kind = `queue${way}${node.why === undefined ? '' : ' dead'}${node.ready > 0 ? ' waiting' : ''}`;
  const facts = queueFacts(node);
  if (count === 1) {
    return (
      // biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: a part of a picture is no control
      <g class={kind} role="img" aria-label={`Queue ${node.label}, ${facts}, ${consumersOf(box)}${said(node.why)}`}>
        <Face box={box} />
      </g>
    );
  }
  return (
    <>
      <Pressable
        class={kind}
        name={`${count} queues ${node.label}, ${facts}, ${consumersOf(box)}${said(node.why)}`}
        isExpanded={isOpen}
        onPress={() => onToggle(node.id)}
      >
        <Face box={box}>
          <Count box={box} isOpen={isOpen} />
        </Face>
      </Pressable>
      {members.map((member) => (
        <Member
          key={member.name}
          box={member}
          way={asked === undefined ? '' : asked.has(member.name) ? ' on-way' : ' off-way'}
        />
      ))}
    </>
  );
}

function Face({ box, children }: { readonly box: QueueBox; readonly children?: ComponentChildren }) {
  const { node, x, y, width, height, programs } = box;
  const top = y - height / 2;
  const room = width - 20 - (children === undefined ? 0 : 64);
  return (
    <>
      <title>{node.why ?? node.id}</title>
      <rect x={x} y={top} width={width} height={height} rx="3" />
      {node.why !== undefined && <path class="stop" d={`M${x + width + 1} ${top}v${height}`} />}
      <text class="name" x={x + 10} y={top + 17}>
        {fitted(node.label, room)}
      </text>
      <text class="facts" x={x + 10} y={top + 33}>
        {queueFacts(node)}
        {node.why !== undefined && ' · no consumer'}
      </text>
      {programs.length > 0 && (
        <text class="facts" x={x + 10} y={top + 50}>
          → {fitted(programs.map((one) => `${one.program}, ${processes(one)}`).join('; '), width - 34)}
        </text>
      )}
      {children}
    </>
  );
}

/** `× 300` and which way it opens. */
function Count({ box, isOpen }: { readonly box: QueueBox; readonly isOpen: boolean }) {
  const { node, x, y, width, height } = box;
  const right = x + width - 12;
  const top = y - height / 2 + 17;
  const text = `× ${node.queues.length}`;
  return (
    <>
      <text class="count" x={right - 14 - textWidth(text)} y={top}>
        {text}
      </text>
      <path class="chevron" d={isOpen ? `M${right - 8} ${top - 2}l4 -4l4 4` : `M${right - 8} ${top - 6}l4 4l4 -4`} />
    </>
  );
}

function Member({ box, way }: { readonly box: MemberBox; readonly way: string }) {
  const { name, x, y, width } = box;
  const facts = queueFacts(box);
  return (
    <g class={`member${way}`}>
      <path d={`M${x - 6} ${y - box.height / 2}v${box.height}`} />
      <text x={x + 4} y={y + 4}>
        {fitted(shortName(name), width - textWidth(facts) - 20)}
      </text>
      <text class="facts" x={x + width} y={y + 4} text-anchor="end">
        {facts}
      </text>
    </g>
  );
}

function consumersOf({ node: { consumers } }: QueueBox): string {
  return consumers === 0 ? 'no consumer' : consumers === 1 ? 'one consumer' : `${consumers} consumers`;
}

function said(why: string | undefined): string {
  return why === undefined ? '' : `: ${why}`;
}
