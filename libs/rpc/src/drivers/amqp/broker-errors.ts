import { BrokerRefused, MessageDeliveryFailure, MessageTooLarge, TopologyMismatch } from '../../errors.ts';
import { describeDifference, readDifference } from './mismatch.ts';

/** Reply codes of AMQP 0-9-1 on which something is decided here. */
export const replyCode = { accessRefused: 403, notFound: 404, preconditionFailed: 406, internalError: 541 } as const;

/** The AMQP reply code of an error that amqplib reports, if it has one. */
export function codeOf(error: unknown): number | undefined {
  const code = (error as { code?: unknown } | null | undefined)?.code; // amqplib puts the number there
  return typeof code === 'number' ? code : undefined;
}

/** True when a stream was declared a moment ago, by another, and does not run on this node yet. */
export function isReplicaMissing(error: unknown): boolean {
  return (
    codeOf(error) === replyCode.preconditionFailed &&
    error instanceof Error &&
    /does not have a running replica/.test(error.message)
  );
}

/** How amqplib tells that the broker closed the connection instead of opening the virtual host. */
const closedAtOpen = /Expected ConnectionOpenOk; got <ConnectionClose/;

/** True when the broker refused credentials or virtual host: amqplib tells it in words only. */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return closedAtOpen.test(error.message) || /\b(403|530)\b|ACCESS[_-]REFUSED|NOT[_-]ALLOWED/.test(error.message);
}

/** The refusal as this library's error. */
export function asRefusal(error: unknown, host: string, virtualHost: string): BrokerRefused {
  const text = textOf(error);
  const words = closedAtOpen.test(text) ? 'it is unknown or not permitted' : (/"([^"]*)"/.exec(text)?.[1] ?? text);
  return new BrokerRefused(`${host} refused the connection to virtual host '${virtualHost}': ${words}`, {
    cause: error,
  });
}

/** An error of declare or publish as this library's error. */
export function asDeliveryFailure(error: unknown, what: string): MessageDeliveryFailure {
  if (error instanceof MessageDeliveryFailure) return error;
  const message = `${what}: ${textOf(error)}`;
  if (/message size \d+ is larger than/.test(message)) return new MessageTooLarge(message, { cause: error });
  if (codeOf(error) === replyCode.preconditionFailed) {
    const difference = readDifference(textOf(error));
    return new TopologyMismatch(difference === undefined ? message : describeDifference(difference), { cause: error });
  }
  return new MessageDeliveryFailure(message, { cause: error });
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
