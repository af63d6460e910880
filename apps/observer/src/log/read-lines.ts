import { LOG_LINES_EVENT, LOG_TOPIC } from '@novasim/rpcapi';
import { lineInWords } from '@novasim/service';
import type { BusEvent, LogLine } from '@novasim/trace';

/** A line and the request that it belongs to. */
export interface RequestLine {
  readonly request_id: string;
  readonly line: LogLine;
}

/**
 * The log lines that a service said on the bus; undefined for every other event. What is no line is left out: anybody may publish
 * under that name.
 */
export function readLines(event: BusEvent): readonly RequestLine[] | undefined {
  if (event.event !== 'published' || !event.routing_key.startsWith(LOG_KEY)) return undefined;
  const { event_type, payload } = fieldsOf(parsed(event.body));
  const { lines } = fieldsOf(payload);
  if (event_type !== LOG_LINES_EVENT || !Array.isArray(lines)) return undefined;
  return lines.flatMap((json) => (typeof json === 'string' ? readLine(json) : []));
}

const LOG_KEY = `${LOG_TOPIC}.`;

function readLine(json: string): readonly RequestLine[] {
  const { request_id, err, ...fields } = fieldsOf(parsed(json));
  const { time, level, service, host } = fields;
  const at_ms = Date.parse(String(time));
  if (typeof request_id !== 'string' || Number.isNaN(at_ms)) return [];
  const { stack, message } = fieldsOf(err);
  const thrown = stack ?? message;
  return [
    {
      request_id,
      line: {
        at_ms,
        level: String(level),
        service: String(service),
        host: String(host),
        says: lineInWords(fields),
        ...textsOf(fields),
        ...(typeof thrown === 'string' && { stack: thrown }),
      },
    },
  ];
}

const ABOUT = ['kind', 'method', 'exchange', 'routing_key', 'msg_id'] as const;

/** Of the fields that name a message those that are there. */
function textsOf(fields: Fields): Pick<LogLine, (typeof ABOUT)[number]> {
  return Object.fromEntries(ABOUT.flatMap((name) => (typeof fields[name] === 'string' ? [[name, fields[name]]] : [])));
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}; // just seen to be an object
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // cut, or nobody's
  }
}
