import { bootClassic } from '@novasim/flows';
import { isBrowserWanted, violationsOf } from '@novasim/testkit/browser';
import type { LogLine } from '@novasim/trace';
import { describe, expect, test } from 'vitest';
import { answers } from './messages.ts';
import { LOOKS, openPages } from './pages.ts';
import { boot, longFlow, recorded, summaryOf } from './recorded.ts';

const lost = recorded(bootClassic, 'req-lost', {
  breaksAt: {
    index: 2,
    outcome: 'lost',
    why: 'acknowledged, then the consumer’s connection died: a cast is lost here',
  },
});

const about = {
  kind: 'cast',
  method: 'build_and_run_instance',
  exchange: 'nova',
  routing_key: lost.hops.at(-1)?.routing_key ?? '',
} as const;
const sent: LogLine = {
  ...about,
  at_ms: lost.started_at_ms + 5,
  level: 'info',
  service: 'conductor',
  host: 'h',
  says: `sent cast build_and_run_instance nova/${about.routing_key}`,
};
const failed: LogLine = { ...sent, level: 'warn', says: 'failed', stack: 'Error: boom\n    at spawn' };

describe.runIf(isBrowserWanted)('a flow', () => {
  const { server, open } = openPages((it) => {
    for (const [path, answer] of answers) it.answers.set(path, answer);
    for (const flow of [boot, lost, longFlow(10_000)]) it.answers.set(`/api/flows/${flow.request_id}`, flow);
    it.answers.set('/api/flows/req-lost/log', { lines: [sent] });
  });
  const path = `/flows/${boot.request_id}`;

  test.for(LOOKS)('axe finds nothing, with a message open and without: %o', async (look) => {
    await using page = await open(path, look);
    await page.getByRole('button', { name: /^run_instance, cast from api to scheduler/ }).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.keyboard.press('j');
    await page.getByText('Arguments').waitFor();
    expect(await violationsOf(page)).toEqual([]);
  });

  test('step by step, each message has its sentence, and the URL says where one is', async () => {
    await using page = await open(path);
    await page.getByRole('heading', { name: 'POST /servers' }).waitFor();
    const message = page.getByRole('complementary', { name: 'Message' });
    for (const { says } of bootClassic.hops.slice(0, 3)) {
      await page.keyboard.press('j');
      await message.getByText(says).waitFor();
    }
    expect(new URL(page.url()).searchParams.get('hop')).toBe('3');
    await page.keyboard.press('k');
    await message.getByText(bootClassic.hops[1]?.says ?? '').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'How to read this' }).waitFor();
    await page.goBack();
    await message.waitFor();
  });

  test('a message shows its route, what both ends log, and the masked secret as masked', async () => {
    await using page = await open(path);
    await page
      .getByRole('button', { name: /^instance_update, call from compute.compute1/ })
      .first()
      .click();
    const message = page.getByRole('complementary', { name: 'Message' });
    await message.getByText('1 consumer: nova-conductor').waitFor();
    await message.getByText('sent call instance_update nova/conductor').waitFor();
    await message.getByText('Message, decoded').click();
    await message.getByText('"_context_auth_token": "***"').waitFor();
  });

  test('what both ends logged is shown as it comes, and of an error where it was thrown', async () => {
    await using page = await open('/flows/req-lost?hop=3');
    const message = page.getByRole('complementary', { name: 'Message' });
    await message.getByRole('heading', { name: 'Log of both ends' }).waitFor();
    await message.getByText(sent.says).waitFor();
    const it = server();
    it.answers.set('/api/flows/req-lost/log', { lines: [sent, failed] });
    it.send('log', { request_id: 'req-lost' });
    await message.getByText('WARN failed').waitFor();
    await message.getByText('Where it was thrown').click();
    await message.getByText('at spawn').waitFor();
    expect(await violationsOf(page)).toEqual([]);
  });

  test('a message is chosen by Enter, queues become lanes, and time goes to scale', async () => {
    await using page = await open(path);
    await page.getByRole('button', { name: /^run_instance, cast/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('1 of 15').waitFor();
    await page.getByRole('button', { name: 'Queues as lanes' }).click();
    await page.getByRole('button', { name: 'Time to scale' }).click();
    await page.getByText('compute.compute1', { exact: true }).first().waitFor();
    expect(new URL(page.url()).search).toBe('?hop=1&queues=lanes&time=scale');
  });

  test('what a service said can be chosen like a message', async () => {
    const notification = { ...boot.hops[0], id: 9_001, kind: 'notification', method: 'http.response', outcome: 'sent' };
    server().answers.set('/api/flows/req-said', {
      ...boot,
      request_id: 'req-said',
      hops: [...boot.hops, notification],
    });
    await using page = await open('/flows/req-said');
    await page.getByRole('button', { name: '202 POST /servers, said by api' }).click();
    await page.getByRole('complementary', { name: 'Message' }).getByText('202 POST /servers').waitFor();
  });

  test('goes on while one looks, and says in words what was lost', async () => {
    server().answers.set('/api/flows/req-live', {
      ...lost,
      request_id: 'req-live',
      hops: lost.hops.slice(0, 2),
      outcome: 'open',
    });
    await using page = await open('/flows/req-live');
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByRole('button', { name: /build_instances/ }).waitFor();

    server().answers.set('/api/flows/req-live', { ...lost, request_id: 'req-live' });
    server().send('flow', summaryOf({ ...lost, request_id: 'req-live' }));
    await page.getByText('build_and_run_instance · lost').waitFor();
    await page.getByText('failed', { exact: true }).waitFor();
  });

  test('is copied as JSON and as Mermaid', async () => {
    await using page = await open(path);
    await page.getByRole('button', { name: 'Copy JSON' }).click();
    await page.getByText('JSON is copied').waitFor();
    expect(JSON.parse(await page.evaluate(() => navigator.clipboard.readText()))).toEqual(boot);
    await page.getByRole('button', { name: 'Copy Mermaid' }).click();
    await page.getByText('Mermaid is copied').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('sequenceDiagram');
  });

  test('of ten thousand messages only those in view are drawn, at the end too', async () => {
    await using page = await open('/flows/req-long?hop=9999');
    await page.getByText('9,999 of 10,000').waitFor();
    await page.getByRole('button', { pressed: true }).waitFor();
    expect(await page.getByRole('region', { name: 'Sequence diagram' }).getByRole('button').count()).toBeLessThan(120);
  });

  test('that is not known says why', async () => {
    await using page = await open('/flows/req-nobody');
    await page.getByRole('alert').getByText('The observer keeps what fits its memory').waitFor();
    expect(await violationsOf(page)).toEqual([]);
  });
});
