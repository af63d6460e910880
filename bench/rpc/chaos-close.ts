import { type RabbitmqAddress, until } from '../../libs/testkit/src/index.ts';
import { ManagementApi, segment } from '../../libs/testkit/src/management-api.ts';
import { median } from '../statistics.ts';
import { type Bound, bound } from './bounds.ts';
import { type ChaosPair, clientName, serverName, startChaosPair } from './chaos-pair.ts';
import { now } from './lines.ts';
import { busOn } from './pair.ts';
import type { Figures } from './report.ts';

const everyMs = 2;
/** A connection to publish and one to consume. */
const connectionsEach = 2;

/** Connections closed from the broker's side under load: the client's, the server's, both. */
export async function closeConnections(
  address: RabbitmqAddress,
  rounds: number,
  say: (what: string) => void,
): Promise<Figures> {
  const bounds: Bound[] = [];
  const rows: string[][] = [];
  for (const [whose, names] of [
    ['client’s', [clientName]],
    ['server’s', [serverName]],
    ['both', [clientName, serverName]],
  ] as const) {
    say(`connections closed: ${whose}`);
    await using bus = await busOn({ address, brokerPid: undefined });
    await using pair = await startChaosPair(bus.url, {}, everyMs);
    const closer = new Closer(address, bus.vhost);
    const blackouts: number[] = [];
    await pair.recovery(now(), 200);
    for (let round = 0; round < rounds; round += 1) {
      const recovered = await closeOnce(closer, names, pair);
      blackouts.push(recovered.blackoutMs);
    }
    const books = await pair.end();
    const what = `connections closed (${whose})`;
    const ms = { unit: ' ms', digits: 0 };
    bounds.push(
      bound(`${what}: longest time until a call succeeds, median`, '≤', 100, blackouts, ms),
      bound(`${what}: calls and casts that failed`, '=', 0, [books.failed], { digits: 0 }),
      bound(`${what}: confirmed casts and answers lost`, '=', 0, [books.lostCasts + books.lostAnswers], { digits: 0 }),
      bound(`${what}: requests that ran twice`, '=', 0, [books.twins], { digits: 0 }),
    );
    const whole = (value: number) => value.toFixed(0);
    rows.push([
      whose,
      String(rounds),
      `${books.calls} + ${books.casts}`,
      whole(median(blackouts)),
      whole(Math.max(...blackouts)),
      JSON.stringify(books.failures),
    ]);
  }
  const columns = ['whose', 'times', 'calls + casts', 'blackout ms, median', 'worst', 'failures'];
  return { bounds, sections: [{ title: 'Connections closed by the broker under load', columns, rows }] };
}

async function closeOnce(closer: Closer, names: readonly string[], pair: ChaosPair) {
  const connections = await closer.find(names);
  const atMs = now(); // before the request is sent, so its own time counts too
  await closer.close(connections);
  return pair.recovery(atMs, 200);
}

/** Finds and closes connections by the names that programs gave them. */
class Closer {
  readonly #api: ManagementApi;
  readonly #vhost: string;
  readonly #closed = new Set<string>();

  constructor({ managementUrl }: RabbitmqAddress, vhost: string) {
    this.#api = new ManagementApi(managementUrl);
    this.#vhost = vhost;
  }

  /** The connections of these programs, when all of them are in the list, which trails behind. */
  find(names: readonly string[]): Promise<readonly string[]> {
    return until(
      async () => {
        const list = await this.#api.list(`/vhosts/${segment(this.#vhost)}/connections`);
        const found = list.filter((entry) => names.some((name) => nameOf(entry).startsWith(`${name}:`)));
        const fresh = found.map((entry) => String(entry['name'])).filter((name) => !this.#closed.has(name));
        return fresh.length === connectionsEach * names.length && fresh;
      },
      { withinMs: 30_000, everyMs: 100, what: `the connections of ${names.join(' and ')}` },
    );
  }

  async close(connections: readonly string[]): Promise<void> {
    for (const name of connections) this.#closed.add(name);
    await Promise.all(
      connections.map((name) => this.#api.ask('DELETE', `/connections/${segment(name)}`, { allows: [404] })),
    );
  }
}

function nameOf(entry: Readonly<Record<string, unknown>>): string {
  const properties = entry['client_properties'] as { connection_name?: unknown } | undefined; // RabbitMQ's management API
  return String(properties?.connection_name ?? '');
}
