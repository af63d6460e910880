import { type Bus, freshBus, type RabbitmqAddress } from '../../libs/testkit/src/index.ts';
import { cpuMs } from '../process-figures.ts';
import type { Library } from './libraries.ts';
import type { LoadAsk } from './protocol.ts';
import type { SubjectProcess } from './subject.ts';

/** What a load came to. Processor time is that of one call or cast, microseconds; undefined where it cannot be read. */
export interface Load {
  readonly perSecond: number;
  readonly clientUs: number;
  readonly serverUs: number;
  readonly brokerUs: number | undefined;
}

/** Client and server of one library, each a process, on a virtual host of their own. */
export interface Pair extends AsyncDisposable {
  readonly library: Library;
  readonly client: SubjectProcess;
  readonly server: SubjectProcess;
  /** Casts that the broker confirmed to the client and that did not reach the server; below 0: that reached it twice. */
  readonly lostCasts: number;
  /** Runs a load; casts to the arrival of the last. @throws when a call or cast fails */
  run(ask: LoadAsk): Promise<Load>;
}

/** Where everything is measured. */
export interface Ground {
  readonly address: RabbitmqAddress;
  readonly brokerPid: number | undefined;
}

/** Starts both programs; `servers` is how many servers the one server process has. */
export async function startPair(library: Library, ground: Ground, servers = 1): Promise<Pair> {
  await using opened = new AsyncDisposableStack();
  const bus = opened.use(await busOn(ground));
  const server = opened.use(await library.startServer(bus.url, servers));
  const client = opened.use(await library.startClient(bus.url));
  const clocks = () => ({
    client: cpuMs(client.pid),
    server: cpuMs(server.pid),
    broker: ground.brokerPid === undefined ? undefined : cpuMs(ground.brokerPid),
  });
  let cast = 0;
  let arrived = 0;
  const closing = opened.move();
  return {
    library,
    client,
    server,
    get lostCasts() {
      return cast - arrived;
    },
    async run(ask) {
      const before = clocks();
      const { done, failed, seconds } = await client.ask(ask);
      if (failed > 0) throw new Error(`${library.name}: ${failed} of ${done + failed} ${ask.do} failed`);
      if (ask.do === 'casts') {
        cast += done;
        arrived = (await server.ask({ do: 'await casts', count: cast })).count;
      }
      const after = clocks();
      const each = (now: number | undefined, then: number | undefined) =>
        now === undefined || then === undefined ? undefined : ((now - then) * 1_000) / done;
      return {
        perSecond: done / seconds,
        clientUs: each(after.client, before.client) ?? 0,
        serverUs: each(after.server, before.server) ?? 0,
        brokerUs: each(after.broker, before.broker),
      };
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

/** A virtual host of its own, so that libraries do not meet in queues of the same name. */
export function busOn({ address }: Ground): Promise<Bus> {
  const { kind, version } = address;
  return freshBus({ kind, name: `RabbitMQ ${version}`, version, address });
}
