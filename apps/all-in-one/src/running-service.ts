/** The services of the cloud, in the order in which they are started. */
export const SERVICE_NAMES = ['conductor', 'network', 'scheduler', 'compute', 'api'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** What may run beside each other: the services of the cloud, and who watches them. */
export type ProgramName = ServiceName | 'observer';

/**
 * The order of stopping: first whoever brings new work, then whoever waits for others, last those who are waited for.
 * Services of one step stop together.
 */
export const STOP_ORDER: readonly (readonly ServiceName[])[] = [
  ['api'],
  ['scheduler'],
  ['compute'],
  ['conductor', 'network'],
];

/** A service of a running cloud, whether it has a process of its own or not. */
export interface RunningService {
  readonly name: ProgramName;
  /** Of the process that it runs in; undefined while it is down. */
  readonly pid: number | undefined;
  /** What it told when it was ready: port, url. */
  readonly info: object;
  /** Ends its process by a signal, as an accident would. @throws where it has no process of its own. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** The same, and it stays down until it is restarted. */
  takeDown(signal: NodeJS.Signals): Promise<void>;
  /** Stops it if it runs, starts it again, and waits until it serves. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}
