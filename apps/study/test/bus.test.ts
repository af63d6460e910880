import { isBrowserWanted, violationsOf } from '@novasim/testkit/browser';
import { describe, expect, test } from 'vitest';
import { LOOKS, openPages } from './pages.ts';
import { topologyWith } from './topologies.ts';

const HOSTS = 300;
const topology = topologyWith({ hosts: HOSTS, waiting: { 'compute.h7': 3 } });
const route = (exchange: string, routing_key: string, names: readonly string[], verdict: string) => ({
  exchange,
  routing_key,
  verdict,
  queues: names.map((name) => ({ name, via: [routing_key], ready: 0, consumers: 1 })),
});

describe.runIf(isBrowserWanted)('the bus', () => {
  const { server, open } = openPages(({ answers }) => {
    answers.set('/api/topology', topology);
    answers.set('/api/route', route('nova', 'compute.h9', ['compute.h9'], 'It goes to compute.h9.'));
    answers.set(
      '/api/route?exchange=nova&routing_key=nowhere',
      route('nova', 'nowhere', [], 'No binding of the exchange nova fits nowhere: the message is dropped.'),
    );
  });

  test.for(LOOKS)('axe finds nothing, and nothing is refused: %o', async (look) => {
    await using page = await open('/bus', look);
    const said: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    await page.reload();
    await page.getByRole('button', { name: /^299 queues compute\.‹server›/ }).waitFor();

    expect(await violationsOf(page)).toEqual([]);
    expect(said).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(look.width);
  });

  test('where messages wait for nobody, or go nowhere, stands in words', async () => {
    await using page = await open('/bus');
    const deadEnds = page.getByRole('region', { name: 'Dead ends' });
    await deadEnds.getByText('Messages wait in compute.h7.').waitFor();
    await deadEnds.getByText('No queue is bound to lonely_fanout.').waitFor();
    await page
      .getByRole('img', { name: 'Queue compute.h7, 3 ready · 0.5/s · no consumer: messages wait in compute.h7' })
      .waitFor();
    await page.getByRole('button', { name: /Exchange lonely_fanout, fanout · leads nowhere/ }).waitFor();
  });

  test('three hundred servers are one line until it is opened, by keyboard too', async () => {
    await using page = await open('/bus');
    const fold = page.getByRole('button', { name: /^299 queues compute\.‹server›/ });
    await fold.press('Enter');
    await page.getByText('compute.h299', { exact: true }).waitFor();
    expect(new URL(page.url()).searchParams.get('open')).toBe('compute.‹server›');

    await page.getByRole('heading', { name: 'Bus' }).click();
    await page.keyboard.press('o');
    await page.getByText('compute.h299', { exact: true }).waitFor({ state: 'detached' });
  });

  test('what would happen to a message: asked by hand or by a press, kept in the URL', async () => {
    await using page = await open('/bus');
    await page.getByLabel('sent to the exchange').selectOption('nova');
    await page.getByLabel('with the routing key').fill('nowhere');
    await page.getByText('No binding of the exchange nova fits nowhere').waitFor();
    expect(new URL(page.url()).search).toBe('?exchange=nova&key=nowhere');

    await page.getByRole('button', { name: /^299 bindings of nova to compute/ }).click();
    await page.getByText('It goes to compute.h9.').waitFor();
    await page.reload();
    await page.getByText('It goes to compute.h9.').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('It goes to compute.h9.').waitFor({ state: 'detached' });
    expect(new URL(page.url()).search).toBe('');
  });

  test('what the broker tells next is shown at once', async () => {
    await using page = await open('/bus');
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByRole('img', { name: /^Queue scheduler, empty/ }).waitFor();
    server().send('state', {
      ...topology,
      at_ms: 2,
      queues: topology.queues.map((queue) => (queue.name === 'scheduler' ? { ...queue, ready: 12 } : queue)),
    });
    await page.getByRole('img', { name: /^Queue scheduler, 12 ready/ }).waitFor();
  });
});
