import { LAB_DESK_TOPIC, LAB_TOPIC } from '@novasim/rpcapi';
import { messageKey } from '@novasim/trace';
import type { Travelled } from '../tap/trace-message.ts';

/** Messages of the lab whose answers and deliveries may still come. */
const MOST_REMEMBERED = 2_000;
const OF_LAB = new RegExp(`^(${LAB_TOPIC}|${LAB_DESK_TOPIC})(\\.|_fanout|$)`);
const MSG_ID = /"_msg_id\\?":\s*\\?"([0-9a-f]{32})/;

/** Tells the lab's own messages from those that are studied with it: desks ask every two seconds, and would fill the list of flows. */
export class OwnChatter {
  /** Ids of the lab's calls, and keys of its messages that go through queues of others. */
  readonly #ids = new Set<string>();

  isOwn(event: Travelled): boolean {
    if (event.event === 'delivered') return OF_LAB.test(event.queue) || this.#ids.has(event.message_key);
    const { exchange, routing_key, body } = event;
    if (OF_LAB.test(routing_key) || OF_LAB.test(exchange)) {
      this.#remember(MSG_ID.exec(body)?.[1]);
      return true;
    }
    // A reply only says what it answers.
    const isAnswer = exchange === '' && this.#ids.size > 0 && this.#ids.has(MSG_ID.exec(body)?.[1] ?? '');
    if (isAnswer) this.#remember(messageKey(body));
    return isAnswer;
  }

  #remember(id: string | undefined): void {
    if (id === undefined) return;
    this.#ids.add(id);
    const [oldest] = this.#ids;
    if (this.#ids.size > MOST_REMEMBERED && oldest !== undefined) this.#ids.delete(oldest);
  }
}
