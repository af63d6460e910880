import { createServer } from '../../libs/rpc/bench/adapter.ts';
import { topic } from './protocol.ts';
import { runMany } from './subject-main.ts';

// Many servers of one topic in one process, as one compute process has many hosts.
const [url = ''] = process.argv.slice(2);
await runMany(async (count) => {
  const handlers = { echo: (_ctxt: unknown, { value }: { value?: unknown }) => value };
  const all = Array.from({ length: count }, (_, index) =>
    createServer({ url, topic, server: `host-${index}`, handlers }),
  );
  const servers = await Promise.all(all);
  return async () => {
    await Promise.all(servers.map((server) => server.close()));
  };
});
