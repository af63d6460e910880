import { createServer } from '../../libs/rpc/bench/adapter.ts';
import { ourOptions } from './ours-options.ts';
import { topic } from './protocol.ts';
import { Arrivals, runServer } from './subject-main.ts';

// Requests are acknowledged before they run, replies are confirmed and mandatory. All servers share one connection.
const [url = '', count = '1', tracing] = process.argv.slice(2);
const opts = await ourOptions(tracing);
const arrivals = new Arrivals();
const handlers = { echo: (_ctxt: unknown, { value }: { value?: unknown }) => value, take: () => arrivals.add() };
const servers = await Promise.all(
  Array.from({ length: Number(count) }, (_, index) =>
    createServer({ url, topic, server: `host-${index}`, handlers, opts, fanout: true }),
  ),
);
await runServer(arrivals);
await Promise.all(servers.map((server) => server.close()));
