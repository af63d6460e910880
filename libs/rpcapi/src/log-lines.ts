/** Topic of the notifications by which services say what they log of requests. */
export const LOG_TOPIC = 'log_lines';

/** Their one event type. */
export const LOG_LINES_EVENT = 'log.lines';

/** Lines as they were logged, the oldest first: each a JSON object with `time`, `level`, `service`, `host`, `msg` and what it is about. */
export interface LogLinesPayload {
  readonly lines: readonly string[];
}
