import { lineInWords } from '@novasim/service';
import type { LogLine } from '@novasim/trace';
import { type Fields, fieldsOf, parsed } from '../json-fields.ts';

/** Reads a line of a service's log; undefined for what is none. */
export function readLine(json: string): LogLine | undefined {
  const { request_id: _, err, ...fields } = parsed(json) ?? {};
  const { time, level, service, host } = fields;
  const at_ms = Date.parse(String(time));
  if (Number.isNaN(at_ms)) return undefined;
  const { stack, message } = fieldsOf(err) ?? {};
  const thrown = stack ?? message;
  return {
    at_ms,
    level: String(level),
    service: String(service),
    host: String(host),
    says: lineInWords(fields),
    ...textsOf(fields),
    ...(typeof thrown === 'string' && { stack: thrown }),
  };
}

const ABOUT = ['kind', 'method', 'exchange', 'routing_key', 'msg_id'] as const;

/** Of the fields that name a message those that are there. */
function textsOf(fields: Fields): Pick<LogLine, (typeof ABOUT)[number]> {
  return Object.fromEntries(ABOUT.flatMap((name) => (typeof fields[name] === 'string' ? [[name, fields[name]]] : [])));
}
