import type { LabMatch, LabMessage } from '@novasim/rpcapi';

/** Who sees a message. */
export interface LabSeer {
  /** `<service>.<host>` */
  readonly name: string;
  readonly service: string;
}

/** Whether a rule is about a message that passes this service. What the rule leaves open fits all. */
export function matches(match: LabMatch, message: LabMessage, seer: LabSeer): boolean {
  return (
    match.side === message.side &&
    (match.kind === undefined ? isRequest(message) : match.kind === message.kind) &&
    fits(match.topic, message.topic) &&
    fits(match.method, message.method) &&
    fits(match.server, message.server) &&
    concerns(match, seer)
  );
}

/** Whether a rule is for this service at all. */
export function concerns({ service }: LabMatch, seer: LabSeer): boolean {
  return service === undefined || service === seer.service || service === seer.name;
}

function isRequest({ kind }: LabMessage): boolean {
  return kind !== 'reply' && kind !== 'notification';
}

function fits(wanted: string | undefined, found: string | undefined): boolean {
  return wanted === undefined || wanted === found;
}
