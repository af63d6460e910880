import { until } from '@novasim/testkit';
import type { Notification, NotificationFilter, RequestContext } from '../src/index.ts';
import { deadlineMs } from './probe.ts';

/** What a listener heard, in order of arrival. */
export class Ear {
  readonly heard: { context: RequestContext; notification: Notification }[] = [];
  /** What the methods answer, one after the other; then `handled`. */
  readonly answers: unknown[];
  readonly filter?: NotificationFilter;

  constructor({ answers = [], filter }: { answers?: readonly unknown[]; filter?: NotificationFilter } = {}) {
    this.answers = [...answers];
    if (filter !== undefined) this.filter = filter;
  }

  info(context: RequestContext, notification: Notification): unknown {
    return this.#hear(context, notification);
  }

  warn(context: RequestContext, notification: Notification): unknown {
    return this.#hear(context, notification);
  }

  get payloads(): unknown[] {
    return this.heard.map(({ notification }) => notification.payload);
  }

  /** Resolves when so many were heard. */
  async has(count: number): Promise<void> {
    await until(() => this.heard.length >= count, { withinMs: deadlineMs, what: `${count} notifications` });
  }

  #hear(context: RequestContext, notification: Notification): unknown {
    this.heard.push({ context, notification });
    const answer = this.answers.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  }
}
