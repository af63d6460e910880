import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brokersUnderTest, freshBus, publishRaw, until } from '@novasim/testkit';
import type { Flow, FlowSummary } from '@novasim/trace';
import { describe, expect, test } from 'vitest';
import { type ObserverUnderTest, observe } from './observer-under-test.ts';

describe.each(await brokersUnderTest())('a recording made on $name', (broker) => {
  test('is shown again as it was seen, masked anew, bad lines left out', async () => {
    await using folder = await freshFolder();
    const file = join(folder.path, 'seen.ndjson');
    await using bus = await freshBus(broker);
    let seen: readonly Flow[];
    {
      await using observer = await observe(bus, { OBSERVER_RECORD: file });
      await publishRaw(bus, messages());
      await observer.flow('req-9', ({ hops }) => hops.length === 2);
      seen = await flowsOf(observer);
      expect((await observer.status()).recording).toBe(file);
    }
    await appendFile(file, `no event\n{"event":"published"}\n${unmasked()}\n`);

    await using replayed = await observe(undefined, { OBSERVER_REPLAY: file });

    await until(async () => (await replayed.status()).replay?.state === 'ended', { what: 'the end of the replay' });
    const { replay, tap } = await replayed.status();
    expect([replay?.bad_lines, tap.state]).toEqual([2, 'none']);
    expect((await flowsOf(replayed)).filter(({ request_id }) => request_id !== 'req-foreign')).toEqual(seen);
    const foreign = await replayed.flow('req-foreign');
    const { body } = await replayed.get<{ body: string }>(`/api/messages/${foreign.hops[0]?.id}`);
    expect(body).toContain('***');
    expect(body).not.toContain('hunter2');
  });
});

test('a recording with a speed takes its time', async () => {
  await using folder = await freshFolder();
  const file = join(folder.path, 'slow.ndjson');
  const lines = [0, 60_000].map((after, index) => published(`req-${index}`, Date.now() + after, index + 1));
  await appendFile(file, lines.map((line) => `${line}\n`).join(''));

  await using replayed = await observe(undefined, { OBSERVER_REPLAY: file, OBSERVER_REPLAY_SPEED: '1' });

  await replayed.flow('req-0');
  expect((await replayed.status()).replay).toMatchObject({ state: 'running', events: 1 });
  // The minute is not waited for: closing ends it.
});

async function flowsOf(observer: ObserverUnderTest): Promise<readonly Flow[]> {
  const { flows } = await observer.get<{ flows: readonly FlowSummary[] }>('/api/flows');
  return Promise.all(flows.map(({ request_id }) => observer.get<Flow>(`/api/flows/${request_id}`)));
}

/** Two casts for each of ten requests. */
function messages() {
  return Array.from({ length: 20 }, (_, index) => ({
    exchange: 'amq.topic',
    routingKey: 'compute.h1',
    body: bodyOf(`req-${index >> 1}`, index.toString(16).padStart(32, '0')),
  }));
}

function bodyOf(requestId: string, uniqueId: string, args: object = {}): string {
  const message = {
    method: 'reboot_instance',
    args,
    version: '1.0',
    _context_request_id: requestId,
    _unique_id: uniqueId,
  };
  return JSON.stringify({ 'oslo.version': '2.0', 'oslo.message': JSON.stringify(message) });
}

function published(requestId: string, at_ms: number, seq: number, args: object = {}): string {
  const body = bodyOf(requestId, `${seq}`.padStart(32, 'f'), args);
  return JSON.stringify({
    event: 'published',
    seq,
    at_ms,
    exchange: 'nova',
    routing_key: 'compute.h1',
    properties: {},
    body,
    bytes: body.length,
  });
}

/** An event as somebody else's recorder may have written it. */
function unmasked(): string {
  return published('req-foreign', Date.now(), 1_000_000, { admin_password: 'hunter2' });
}

async function freshFolder() {
  const path = await mkdtemp(join(tmpdir(), 'novasim-observer-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
