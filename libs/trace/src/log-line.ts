/** A line that a service logged of a request, as the observer serves it and the pages read it. */
export interface LogLine {
  readonly at_ms: number;
  readonly level: string;
  readonly service: string;
  /** Of the process that logged it; one that simulates many hosts has a name of its own. */
  readonly host: string;
  /** What happened, to which message, and whatever else the line says. */
  readonly says: string;
  /** Of a line about a message: which. */
  readonly kind?: string;
  readonly method?: string;
  readonly exchange?: string;
  readonly routing_key?: string;
  readonly msg_id?: string;
  /** Of a line about an error: where it was thrown. */
  readonly stack?: string;
}
