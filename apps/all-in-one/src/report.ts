import type { ProgramName } from './running-service.ts';

/** What happened to the cloud that a person may want to know; somebody's business, as a warning is. */
export interface CloudEvent {
  /** A constant phrase; the values are the other fields. */
  readonly what: string;
  readonly service?: ProgramName;
  readonly [detail: string]: unknown;
}

export type Report = (event: CloudEvent) => void;
