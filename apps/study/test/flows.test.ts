import { isBrowserWanted, violationsOf } from '@novasim/testkit/browser';
import { describe, expect, test } from 'vitest';
import { LOOKS, openPages } from './pages.ts';
import { boot, manySummaries, noValidHost, summaryOf } from './recorded.ts';

describe.runIf(isBrowserWanted)('the list of flows', () => {
  const { server, open } = openPages(({ answers }) => {
    answers.set('/api/flows', { flows: [summaryOf(boot), summaryOf(noValidHost)] });
    answers.set('/api/flows?limit=200&q=outcome%3Afailed%20-operation%3Aperiodic', { flows: [summaryOf(noValidHost)] });
    answers.set('/api/flows?limit=200&q=nobody%20-operation%3Aperiodic', { flows: [] });
    for (const flow of [boot, noValidHost]) answers.set(`/api/flows/${flow.request_id}`, flow);
  });
  const newer = (index: number) => ({
    ...summaryOf(boot),
    request_id: `req-newer-${index}`,
    title: `GET /servers/${index}`,
    started_at_ms: boot.started_at_ms + 1 + index,
  });

  test.for(LOOKS)('axe finds nothing: %o', async (look) => {
    await using page = await open('/flows', look);
    await page.getByRole('row', { name: /POST \/servers.*failed/ }).waitFor();

    expect(await violationsOf(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(look.width);
  });

  test('what happens comes in on top, and a paused list counts it and catches up', async () => {
    await using page = await open('/');
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByRole('row', { name: /failed/ }).waitFor();

    server().send('flow', newer(1));
    await page.getByRole('link', { name: 'GET /servers/1', exact: true }).waitFor();
    expect(await page.getByRole('row').nth(1).getByRole('link').textContent()).toBe('GET /servers/1');

    await page.keyboard.press('p');
    await page.getByRole('button', { name: 'Catch up' }).waitFor();
    server().send('flow', newer(2));
    server().send('flow', { ...newer(2), outcome: 'failed' });
    server().send('flow', newer(3));
    await page.getByRole('button', { name: 'Catch up (2 new)' }).click();
    await page.getByRole('row', { name: /GET \/servers\/2.*failed/ }).waitFor();
    await page.getByRole('button', { name: 'Pause' }).waitFor();
  });

  test('a filter and a search are in the URL, and back undoes them', async () => {
    await using page = await open('/flows');
    await page.getByRole('combobox', { name: 'Outcome' }).selectOption('Failed');
    await page.getByText('1 flow', { exact: true }).waitFor();
    expect(new URL(page.url()).search).toBe('?outcome=failed');
    await page.goBack();
    await page.getByText('2 flows', { exact: true }).waitFor();

    await page.keyboard.press('/');
    await page.keyboard.type('nobody');
    await page.getByRole('heading', { name: 'No flow fits' }).waitFor();
    await page.getByRole('button', { name: 'Show all flows' }).click();
    await page.getByText('2 flows', { exact: true }).waitFor();
  });

  test('by keyboard alone: down, choose, down, choose, compare, back, open', async () => {
    await using page = await open('/flows');
    await page.getByRole('row', { name: /failed/ }).waitFor();
    for (const key of ['j', 'x', 'j', 'x', 'c']) await page.keyboard.press(key);
    await page.waitForURL(`**/compare/${boot.request_id}/${noValidHost.request_id}`);
    await page.goBack();
    await page.getByRole('checkbox', { checked: true }).nth(1).waitFor();
    for (const key of ['j', 'j', 'Enter']) await page.keyboard.press(key);
    await page.waitForURL(`**/flows/${noValidHost.request_id}`);
  });

  test('of five thousand flows only those in view are in the page', async () => {
    server().answers.set('/api/flows?limit=200&q=many%20-operation%3Aperiodic', { flows: manySummaries(5_000) });
    await using page = await open('/flows?q=many');
    await page.getByText('5,000 flows').waitFor();
    expect(await page.getByRole('row').count()).toBeLessThan(60);

    await page.getByRole('region', { name: 'List of flows' }).focus();
    await page.keyboard.press('End');
    await page.getByRole('row', { name: /req-4999/ }).waitFor();
  });
});
