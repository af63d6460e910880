import type { BindingBox, Box, MemberBox } from './boxes.ts';
import { textWidth } from './fitted.ts';
import type { QueueFold } from './queue-folds.ts';

/** Heights and distances that both layouts share, pixels. */
export const MEMBER = 26;
export const EXCHANGE_HEIGHT = 40;
export const BINDING_HEIGHT = 24;

/** The members of an open fold, under its own box. */
export function memberBoxes(fold: QueueFold, isOpen: boolean, { x, y, width, height }: Box): readonly MemberBox[] {
  if (!isOpen || fold.queues.length === 1) return [];
  return fold.queues.map(({ name, ready, unacknowledged, consumers }, index) => ({
    name,
    ready,
    unacknowledged,
    consumers,
    x: x + 14,
    y: y + height / 2 + MEMBER * (index + 0.5) + 4,
    width: width - 14,
    height: MEMBER,
  }));
}

/** A line that leaves and arrives level. */
export function curve(x1: number, y1: number, x2: number, y2: number): string {
  if (Math.abs(y1 - y2) < 1) return `M${x1} ${y1}H${x2}`;
  const middle = (x1 + x2) / 2;
  return `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`;
}

/** How wide the box of a binding key is. */
export function bindingWidth({ label }: BindingBox['node'], most: number): number {
  return Math.min(most, textWidth(label) + 18);
}
