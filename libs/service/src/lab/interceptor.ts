import { type IncomingRequest, type Interceptor, noReply, type OutgoingMessage } from '@novasim/rpc';
import type { LabMessage, LabRule } from '@novasim/rpcapi';
import type { Logger } from '../logger.ts';
import type { HeldMessages } from './held-messages.ts';
import { type Answered, isOfLab, readIncoming, readOutgoing } from './lab-message.ts';
import type { Rules } from './rules.ts';

export interface LabInterceptorDeps {
  readonly rules: Rules;
  readonly held: HeldMessages;
  /** Told of each rule that was applied. */
  readonly applied: (rule: LabRule) => void;
  readonly log: Logger;
}

/** Calls that run and whose method is remembered for their reply. */
const MOST_ANSWERED = 10_000;

/**
 * Does to the messages of a service what its rules say. What is held or delayed on its way out does not hold up its sender,
 * who has done its part as soon as the network has the message: a cast goes on, a call waits for its reply and may time out.
 */
export function labInterceptor({ rules, held, applied, log }: LabInterceptorDeps): Interceptor {
  const answered = new Map<string, Answered>();

  function expectAnswer({ msgId, topic, method }: IncomingRequest): void {
    if (msgId === undefined) return;
    answered.set(msgId, { topic, method });
    const [oldest] = answered.keys();
    if (answered.size > MOST_ANSWERED && oldest !== undefined) answered.delete(oldest);
  }

  /** The rule for a message; undefined: it passes. */
  function take(message: LabMessage | undefined): LabRule | undefined {
    if (message === undefined || isOfLab(message.topic)) return undefined;
    const rule = rules.take(message);
    if (rule === undefined) return undefined;
    applied(rule);
    if ((rule.action === 'hold' || rule.action === 'delay') && !held.hasRoom) {
      log.warn({ ...message, rule_id: rule.id }, 'lab holds too much already, the message passes');
      return undefined;
    }
    log.warn({ ...message, rule_id: rule.id, action: rule.action }, 'lab takes a message');
    return rule;
  }

  async function sendLater(message: LabMessage, rule: LabRule, next: () => Promise<void>): Promise<void> {
    try {
      if ((await held.keep(message, rule)) === 'goes-on') await next();
      else log.warn({ ...message, rule_id: rule.id }, 'lab loses a message');
    } catch (err) {
      log.error({ ...message, rule_id: rule.id, err }, 'lab could not send what it held: the message is lost');
    }
  }

  function answerOf({ kind, msgId = '' }: OutgoingMessage): Answered | undefined {
    if (kind !== 'reply') return undefined;
    const found = answered.get(msgId);
    answered.delete(msgId);
    return found;
  }

  return {
    async publish(outgoing, next) {
      const message = readOutgoing(outgoing, answerOf(outgoing));
      const rule = take(message);
      if (message === undefined || rule === undefined) return next();
      if (rule.action === 'drop') return;
      if (rule.action === 'duplicate') {
        await next();
        return next(); // the same bytes, `_unique_id` and all
      }
      void sendLater(message, rule, next); // never rejects
    },

    async dispatch(request, next) {
      expectAnswer(request);
      const message = readIncoming(request);
      const rule = take(message);
      if (rule === undefined) return next();
      if (rule.action !== 'drop' && (await held.keep(message, rule)) === 'goes-on') return next();
      log.warn({ ...message, rule_id: rule.id }, 'lab loses a message');
      return noReply;
    },
  };
}
