import type { NotificationTarget } from '../driver.ts';
import { InvalidTarget } from '../errors.ts';
import { requireTopic } from '../target.ts';
import type { Target } from '../types.ts';
import type { NotificationPriority } from './notification.ts';

/** What is to be consumed for every topic and every priority. @throws {InvalidTarget} without a topic */
export function notificationRoutes(
  targets: readonly Pick<Target, 'exchange' | 'topic'>[],
  priorities: Iterable<NotificationPriority>,
  controlExchange: string,
): NotificationTarget['routes'] {
  if (targets.length === 0) throw new InvalidTarget('a topic is required', {});
  const heard = [...priorities];
  return targets.flatMap((target) =>
    heard.map((priority) => ({
      exchange: target.exchange ?? controlExchange,
      routingKey: `${requireTopic(target)}.${priority}`,
    })),
  );
}
