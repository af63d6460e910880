import { Agent, request } from 'node:http';
import type { LoadRequest, LoadResult } from './load-protocol.ts';

// The load generator, in a process of its own so that its work is not counted as the cloud's. It keeps its connections, and one
// loop looks for all boots together which builds have ended, so that looking costs the api little.
const [api = ''] = process.argv.slice(2);
// The api closes what was idle for five seconds: a connection that it closes while we ask on it would fail the round.
const agent = new Agent({ keepAlive: true, maxSockets: 64, timeout: 2_000 });
const SERVERS = '/compute/v2.1/servers';

process.on('message', (asked: LoadRequest) => {
  run(asked).then(
    (result) => process.send?.(result),
    (error: unknown) => process.send?.({ error: error instanceof Error ? error.message : String(error) }),
  );
});
process.on('disconnect', () => process.exit());

async function run(asked: LoadRequest): Promise<LoadResult> {
  if (asked.do === 'boot') return bootMany(asked);
  if (asked.do === 'delete all') return timed(1, deleteAll);
  const path = asked.do === 'list' ? `${SERVERS}/detail?limit=500` : `${SERVERS}/${(await ids())[0]}`;
  return timed(asked.count, async () => {
    await call('GET', path, 200);
  });
}

async function bootMany({
  count,
  concurrency,
  pollMs,
}: {
  readonly count: number;
  readonly concurrency: number;
  readonly pollMs: number;
}): Promise<LoadResult> {
  const body = JSON.stringify({ server: { name: 'bench', flavorRef: '42', imageRef: await smallImage() } });
  const waiting = new Map<string, () => void>();
  const latenciesMs: number[] = [];
  let polls = 0;
  let begun = 0;
  const over = new AbortController();

  const startedMs = performance.now();
  const looking = (async () => {
    while (!over.signal.aborted) {
      const asked = [...waiting.keys()]; // a server booted while the answer is on its way is not missing in it
      const building = new Set(await ids('?status=BUILD&limit=1000'));
      polls += 1;
      for (const id of asked) if (!building.has(id)) waiting.get(id)?.();
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  })();
  const boots = Array.from({ length: concurrency }, async () => {
    while (begun < count) {
      begun += 1;
      const sinceMs = performance.now();
      const { server } = await call<{ server: { id: string } }>('POST', SERVERS, 202, body);
      await new Promise<void>((resolve) => waiting.set(server.id, resolve));
      waiting.delete(server.id);
      latenciesMs.push(performance.now() - sinceMs);
    }
  });
  await Promise.race([Promise.all(boots), looking]); // a look that fails fails the round
  const totalMs = performance.now() - startedMs;
  over.abort();
  await looking;

  const failed = await ids('?status=ERROR&limit=1000');
  if (failed.length > 0) throw new Error(`${failed.length} of ${count} boots ended in ERROR`);
  return { latenciesMs, totalMs, polls };
}

async function deleteAll(): Promise<void> {
  for (;;) {
    const left = await ids('?limit=1000');
    if (left.length === 0) return;
    for (let at = 0; at < left.length; at += 32) {
      await Promise.all(left.slice(at, at + 32).map((id) => call('DELETE', `${SERVERS}/${id}`, 204, undefined, 404)));
    }
    while ((await ids('?limit=1')).length > 0) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      if ((await ids('?limit=1000')).some((id) => !left.includes(id))) break;
    }
  }
}

async function timed(count: number, act: () => Promise<void>): Promise<LoadResult> {
  const latenciesMs: number[] = [];
  const startedMs = performance.now();
  for (let i = 0; i < count; i += 1) {
    const sinceMs = performance.now();
    await act();
    latenciesMs.push(performance.now() - sinceMs);
  }
  return { latenciesMs, totalMs: performance.now() - startedMs, polls: 0 };
}

async function ids(query = '?limit=1000'): Promise<readonly string[]> {
  const { servers } = await call<{ servers: readonly { id: string }[] }>('GET', `${SERVERS}${query}`, 200);
  return servers.map(({ id }) => id);
}

async function smallImage(): Promise<string> {
  const { images } = await call<{ images: readonly { id: string; name: string }[] }>('GET', '/image/v2/images', 200);
  const image = images.find(({ name }) => name.startsWith('cirros'));
  if (image === undefined) throw new Error('the cloud has no cirros image');
  return image.id;
}

/** Asks the api; the answer is parsed, because a client would, and has the shape that the caller names. */
function call<T>(method: string, path: string, wanted: number, body?: string, orElse = wanted): Promise<T> {
  return new Promise((resolve, reject) => {
    const headers =
      body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const asking = request(`${api}${path}`, { method, agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => {
        text += piece;
      });
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === wanted) resolve((text === '' ? undefined : JSON.parse(text)) as T);
        else if (response.statusCode === orElse) resolve(undefined as T);
        else reject(new Error(`${method} ${path} answers ${response.statusCode}: ${text.slice(0, 300)}`));
      });
    });
    asking.on('error', reject);
    asking.end(body);
  });
}
