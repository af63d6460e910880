/** What the broker says of a queue. */
export interface QueueState {
  readonly name: string;
  /** False: there is no such queue. */
  readonly exists: boolean;
  /** Messages that wait in it; those that a consumer has and did not acknowledge are not counted. */
  readonly messages: number;
  readonly consumers: number;
}

/** What is known about a call that got no answer. */
export interface UnansweredCall {
  readonly method: string;
  readonly topic: string;
  readonly server?: string | undefined;
  readonly timeoutMs: number;
  readonly sentAt?: Date | undefined;
  /** True when the broker had confirmed the request. */
  readonly isConfirmed: boolean;
  readonly confirmedAt?: Date | undefined;
  /** True when a queue had taken it; undefined when the broker was not asked to tell (`atLeastOnce`). */
  readonly isRouted?: boolean | undefined;
  /** True when the time between two heartbeats of a monitored call ran out, not the whole. */
  readonly isMonitor?: boolean;
  /** `host:port` of the broker that confirmed; without a confirm that of the connection, if one stands. */
  readonly host?: string | undefined;
  /** The queue of the target after the time had run out, if the broker told. */
  readonly queue?: QueueState | undefined;
}

/** `topic` or `topic.server`, as people read it. */
export function targetOf({ topic, server }: UnansweredCall): string {
  return server === undefined || server === '' ? topic : `${topic}.${server}`;
}

/** What became of the request, as far as is known: `the broker 127.0.0.1:5672 had confirmed …`. */
export function describeRequest(call: UnansweredCall): string {
  const { isConfirmed, isRouted, host, sentAt, confirmedAt } = call;
  if (!isConfirmed) {
    const broker = host === undefined ? 'no broker is connected' : `connected to ${host}`;
    return `the broker had not confirmed the request${at(sentAt, ' made')}; ${broker}`;
  }
  const routed = isRouted === true ? ', a queue had taken it' : '';
  return `the broker had confirmed the request${at(confirmedAt, '')}${routed}; ${host ?? 'no host'}`;
}

/** What that says about servers: `queue 'demo' has no consumer and 3 messages wait in it`. Empty when nothing is known. */
export function describeQueue({ queue }: UnansweredCall): string {
  if (queue === undefined) return '';
  const { name, exists, messages, consumers } = queue;
  if (!exists) return `; queue '${name}' does not exist now`;
  const who = consumers === 0 ? 'no consumer' : consumers === 1 ? '1 consumer' : `${consumers} consumers`;
  const waiting = messages === 1 ? '1 message waits' : `${messages === 0 ? 'no' : messages} messages wait`;
  return `; queue '${name}' has ${who} now, ${waiting} in it`;
}

function at(date: Date | undefined, word: string): string {
  return date === undefined ? '' : `${word} at ${date.toISOString()}`;
}
