// biome-ignore-all lint/correctness/noUndeclaredDependencies: measures packages of the workspaces, which declare them
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { startBroker } from '@novasim/broker';
import { startRabbitmqs, until } from '@novasim/testkit';
import { connect } from 'amqplib';

/**
 * What a message costs in the broker: messages per second through amqplib, and the processor time that the broker itself takes for one.
 * The embedded broker runs in a process of its own here, so that its time can be told from the client's. Run it with
 * `node bench/broker.ts`; `NOVASIM_BROKERS=local` adds the machine's RabbitMQ.
 */
const messages = Number(process.env['BENCH_MESSAGES'] ?? 20_000);
const roundTrips = Number(process.env['BENCH_ROUND_TRIPS'] ?? 5000);
const ticksPerSecond = 100;

interface Subject extends AsyncDisposable {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
}

async function main(): Promise<void> {
  await using opened = new AsyncDisposableStack();
  const subjects = [opened.use(await embedded()), ...(await rabbitmqs(opened))];
  const rows: object[] = [];
  for (const subject of subjects) {
    for (const [scenario, run, count] of scenarios) {
      await run(subject.url, Math.ceil(count / 10)); // warms up compilers on both sides
      const cpuBefore = await cpuSeconds(subject.pid);
      const before = performance.now();
      await run(subject.url, count);
      const seconds = (performance.now() - before) / 1000;
      const cpu = (await cpuSeconds(subject.pid)) - cpuBefore;
      rows.push({
        broker: subject.name,
        scenario,
        'messages/s': Math.round(count / seconds),
        'broker CPU µs/message': Math.round((cpu / count) * 1e6),
      });
    }
  }
  console.table(rows);
}

async function embedded(): Promise<Subject> {
  const child: ChildProcess = fork(fileURLToPath(import.meta.url), ['serve']);
  const [url] = await once(child, 'message');
  return {
    name: 'embedded',
    url: String(url),
    pid: child.pid ?? 0,
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}

/** Only those on this machine: the time of a process in a container cannot be read from outside everywhere. */
async function rabbitmqs(opened: AsyncDisposableStack): Promise<readonly Subject[]> {
  if ((process.env['NOVASIM_BROKERS'] ?? '') === '') return [];
  const { addresses } = opened.use(await startRabbitmqs(process.env));
  const subjects: Subject[] = [];
  for (const { url, version, kind, managementUrl } of addresses) {
    if (kind !== 'local') continue;
    subjects.push({
      name: `RabbitMQ ${version}`,
      url,
      pid: await osPid(managementUrl),
      async [Symbol.asyncDispose]() {},
    });
  }
  return subjects;
}

async function osPid(managementUrl: string): Promise<number> {
  const { protocol, host, username, password } = new URL(managementUrl);
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  // The statistics of a node come some seconds after the node itself.
  return until(
    async () => {
      const response = await fetch(`${protocol}//${host}/api/nodes`, { headers: { authorization } });
      const [node] = (await response.json()) as { os_pid?: string }[];
      return node?.os_pid !== undefined && Number(node.os_pid);
    },
    { withinMs: 30_000, everyMs: 500, what: 'the process id of RabbitMQ' },
  );
}

/** User and system time of a process so far (proc(5), fields 14 and 15). */
async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

const body = Buffer.from(JSON.stringify({ 'oslo.version': '2.0', 'oslo.message': 'x'.repeat(900) }));
const properties = {
  contentType: 'application/json',
  contentEncoding: 'utf-8',
  deliveryMode: 2,
  priority: 0,
  headers: {},
};

/** Without it the kernel holds back the second of two small writes until the first is acknowledged: 40 ms a hop, on any broker. */
const prompt = { noDelay: true };

/** As oslo's services send: confirmed, consumed with acknowledgement, many at once. */
async function stream(url: string, count: number): Promise<void> {
  await using opened = new AsyncDisposableStack();
  const [sending, receiving] = await Promise.all([connect(url, prompt), connect(url, prompt)]);
  opened.defer(() => sending.close());
  opened.defer(() => receiving.close());
  const [publisher, consumer] = await Promise.all([sending.createConfirmChannel(), receiving.createChannel()]);
  await consumer.assertExchange('bench', 'topic', { durable: false });
  const { queue } = await consumer.assertQueue('', { durable: false, exclusive: true });
  await consumer.bindQueue(queue, 'bench', 'compute.host1');
  let received = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  await consumer.consume(queue, (message) => {
    if (message === null) return;
    consumer.ack(message);
    received += 1;
    if (received === count) resolve();
  });
  for (let sent = 0; sent < count; sent += 1) {
    publisher.publish('bench', 'compute.host1', body, properties);
    if (sent % 100 === 99) await publisher.waitForConfirms();
  }
  await publisher.waitForConfirms();
  await promise;
}

/** A call and its answer, one after the other: what one waiting client feels. */
async function calls(url: string, count: number): Promise<void> {
  await using opened = new AsyncDisposableStack();
  const [asking, serving] = await Promise.all([connect(url, prompt), connect(url, prompt)]);
  opened.defer(() => asking.close());
  opened.defer(() => serving.close());
  const [client, server] = await Promise.all([asking.createConfirmChannel(), serving.createConfirmChannel()]);
  const requests = await server.assertQueue('', { durable: false, exclusive: true });
  const replies = await client.assertQueue('', { durable: false, exclusive: true });
  await server.consume(requests.queue, (message) => {
    if (message === null) return;
    server.ack(message);
    server.sendToQueue(replies.queue, body, { ...properties, mandatory: true });
  });
  let answered: () => void = () => {};
  await client.consume(replies.queue, (message) => {
    if (message === null) return;
    client.ack(message);
    answered();
  });
  for (let called = 0; called < count; called += 1) {
    const answer = new Promise<void>((resolve) => {
      answered = resolve;
    });
    client.sendToQueue(requests.queue, body, { ...properties, expiration: '60000' });
    await answer;
  }
}

const scenarios = [
  ['stream, confirmed and acknowledged', stream, messages],
  ['calls, one at a time', calls, roundTrips],
] as const satisfies readonly (readonly [string, (url: string, count: number) => Promise<void>, number])[];

if (process.argv[2] === 'serve') {
  const broker = await startBroker();
  process.send?.(broker.url('bench'));
} else await main();
