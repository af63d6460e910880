import { LOG_LINES_EVENT, LOG_TOPIC } from '@novasim/rpcapi';
import type { BusEvent } from '@novasim/trace';
import { copied } from '../copied.ts';
import { fieldsOf, parsed } from '../json-fields.ts';

/** A line as it was logged, and the request that it belongs to. */
export interface SaidLine {
  readonly request_id: string;
  readonly json: string;
}

/**
 * The log lines that a service said on the bus; undefined for every other event. What is no line is left out: anybody may publish
 * under that name. A line is not read here, because few of them ever are.
 */
export function saidLines(event: BusEvent): readonly SaidLine[] | undefined {
  if (event.event !== 'published' || !event.routing_key.startsWith(LOG_KEY)) return undefined;
  const message = parsed(event.body);
  const lines = fieldsOf(message?.['payload'])?.['lines'];
  if (message?.['event_type'] !== LOG_LINES_EVENT || !Array.isArray(lines)) return undefined;
  return lines.flatMap((json) => {
    const request_id = typeof json === 'string' ? REQUEST_ID.exec(json)?.[1] : undefined;
    return request_id === undefined ? [] : [{ request_id: copied(request_id), json }];
  });
}

const LOG_KEY = `${LOG_TOPIC}.`;
const REQUEST_ID = /"request_id":"([^"\\]{1,255})"/;
