import { counted } from '../parts/figures.ts';
import type { MemberBox, QueueBox } from './boxes.ts';
import { processes, queueFacts } from './bus-words.ts';
import { fitted, textWidth } from './fitted.ts';
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
  if (count === 1) {
    return (
      // biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: a part of a picture is no control
      <g class={kind} role="img" aria-label={`Queue ${factsInWords(box)}`}>
        <title>{node.why ?? node.id}</title>
        <Frame box={box} />
        <Face box={box} />
      </g>
    );
  }
  return (
    <>
      <Pressable
        class={kind}
        name={`${counted(count, 'queue')} ${factsInWords(box)}`}
        tip={node.why ?? node.id}
        isExpanded={isOpen}
        onPress={() => onToggle(node.id)}
      >
        <Frame box={box} />
        <Count box={box} isOpen={isOpen} />
        <Face box={box} />
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

/** With a bar where messages come to an end. */
function Frame({ box: { node, x, y, width, height } }: { readonly box: QueueBox }) {
  const top = y - height / 2;
  return (
    <>
      <rect x={x} y={top} width={width} height={height} rx="3" />
      {node.why !== undefined && <path class="stop" d={`M${x + width + 1} ${top}v${height}`} />}
    </>
  );
}

function Face({ box }: { readonly box: QueueBox }) {
  const { node, x, y, height, programs } = box;
  const top = y - height / 2;
  return (
    <>
      <text class="name" x={x + 10} y={top + 17}>
        {nameIn(box)}
      </text>{' '}
      <text class="facts" x={x + 10} y={top + 33}>
        {factsOf(node)}
      </text>{' '}
      {programs.length > 0 && (
        <text class="facts" x={x + 10} y={top + 50}>
          {programsIn(box)}
        </text>
      )}
    </>
  );
}

/** How many there are, and which way it opens. */
function Count({ box, isOpen }: { readonly box: QueueBox; readonly isOpen: boolean }) {
  const { node, x, y, width, height } = box;
  const right = x + width - 12;
  const top = y - height / 2 + 17;
  return (
    <>
      <text class="count" x={right - 16} y={top} text-anchor="end">
        {counted(node.queues.length, 'queue')}
      </text>{' '}
      <path class="chevron" d={isOpen ? `M${right - 8} ${top - 2}l4 -4l4 4` : `M${right - 8} ${top - 6}l4 4l4 -4`} />
    </>
  );
}

function nameIn({ node, width }: QueueBox): string {
  return fitted(node.label, width - 20 - (node.queues.length === 1 ? 0 : 104));
}

function factsOf(node: QueueBox['node']): string {
  return node.consumers > 0 ? queueFacts(node) : `${queueFacts(node)} · no consumer`;
}

function programsIn({ programs, width }: QueueBox): string {
  return fitted(`→ ${programs.map((one) => `${one.program}, ${processes(one)}`).join('; ')}`, width - 20);
}

/** What is drawn, in its order, and what is wrong. */
function factsInWords(box: QueueBox): string {
  const { node, programs } = box;
  const { consumers, why } = node;
  const readers = programs.length > 0 ? programsIn(box) : counted(consumers, 'consumer');
  return `${nameIn(box)}, ${factsOf(node)}${consumers > 0 ? `, ${readers}` : ''}${why === undefined ? '' : `: ${why}`}`;
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
