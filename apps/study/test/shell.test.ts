import { isBrowserWanted, violationsOf } from '@novasim/testkit/browser';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { LOOKS, openPages } from './pages.ts';

describe.runIf(isBrowserWanted)('around every page', () => {
  const { server, open } = openPages(({ answers }) => answers.set('/api/flows', { flows: [] }));

  test.for(LOOKS)('nothing is refused by the policy, axe finds nothing, all of it fits: %o', async (look) => {
    await using page = await open('/', look);
    const said = consoleOf(page);
    await page.reload();
    await page.getByRole('heading', { name: 'Nothing has travelled yet' }).waitFor();

    expect(await violationsOf(page)).toEqual([]);
    expect(said).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(look.width);
  });

  test('? lists the keys, Escape closes the list', async () => {
    await using page = await open('/');
    await page.getByRole('heading', { name: 'Nothing has travelled yet' }).waitFor();

    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).getByText('Go to Flows').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  });

  test('a chosen theme stays when the page is loaded again', async () => {
    await using page = await open('/', { colorScheme: 'light' });
    await page.getByRole('button', { name: 'Theme: system' }).waitFor();
    await page.keyboard.press('t');
    await page.keyboard.press('t');
    await page.getByRole('button', { name: 'Theme: dark' }).waitFor();

    await page.reload();
    await page.getByRole('button', { name: 'Theme: dark' }).waitFor();
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe('dark');
  });

  test('says that the observer is away, and that it is back', async () => {
    await using page = await open('/');
    await page.getByText('Live', { exact: true }).waitFor();
    server().breakStreams();
    await page.getByText('Not connected').waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
  });

  test('what hinders the observer is said on every page, until it is over', async () => {
    await using page = await open('/nowhere');
    await page.getByText('Live', { exact: true }).waitFor();
    server().send('status', { problems: ['The firehose is off: `rabbitmqctl trace_on` lets it see.'] });
    await page.getByText('The firehose is off: rabbitmqctl trace_on lets it see.').waitFor();
    server().send('status', { problems: [] });
    await page.getByText('The firehose is off').waitFor({ state: 'detached' });
  });

  test('an address that is no page says where to begin', async () => {
    await using page = await open('/nowhere');
    await page.getByRole('link', { name: 'All flows' }).click();
    await page.getByRole('heading', { name: 'Nothing has travelled yet' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/flows');
  });
});

function consoleOf(page: Page): readonly string[] {
  const said: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(error.message));
  return said;
}
