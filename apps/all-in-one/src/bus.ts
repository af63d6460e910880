import { type Broker, type BrokerEvent, startBroker } from '@novasim/broker';
import type { Report } from './report.ts';

/** The message bus of a cloud: one that is there already, or one in this process. */
export interface Bus extends AsyncDisposable {
  /** With user and password, as clients take it. */
  readonly url: string;
  readonly kind: 'embedded' | 'given';
  /** The management API, with user and password; undefined where nobody here knows of one. */
  readonly managementUrl: string | undefined;
}

export interface BusOptions {
  readonly transportUrl?: string | undefined;
  /** 0 (default) takes any free one; a taken one is left to its owner. */
  readonly brokerPort?: number;
  readonly report?: Report;
}

/** The broker that `transportUrl` names, which nobody here starts or stops, or else an embedded one. */
export async function openBus({ transportUrl, brokerPort = 0, report = () => {} }: BusOptions): Promise<Bus> {
  if (transportUrl !== undefined) {
    return { url: transportUrl, kind: 'given', managementUrl: undefined, [Symbol.asyncDispose]: async () => {} };
  }
  const broker = await startOrMove(brokerPort, report);
  const { managementUrl } = broker;
  return { url: broker.url('/'), kind: 'embedded', managementUrl, [Symbol.asyncDispose]: () => broker.close() };
}

async function startOrMove(port: number, report: Report): Promise<Broker> {
  // What goes wrong on a channel the client that did it says itself.
  const log = ({ kind, text, connection }: BrokerEvent) => {
    if (kind === 'refused' || kind === 'connection-error') report({ what: `broker: ${text}`, connection });
  };
  try {
    return await startBroker({ port, managementPort: 0, log });
  } catch (error) {
    if (port === 0 || !isTaken(error)) throw error;
    const broker = await startBroker({ port: 0, managementPort: 0, log });
    report({ what: 'BROKER_PORT is taken, the embedded broker took another', taken: port, port: broker.port });
    return broker;
  }
}

function isTaken(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException; // what a listener rejects with
  return code === 'EADDRINUSE' || code === 'EACCES';
}
