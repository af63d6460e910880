import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { violationsOf } from './axe.ts';
import { isBrowserWanted, openChromium } from './chromium.ts';
import { type StudyServer, startStudyServer } from './study-server.ts';

describe.runIf(isBrowserWanted)('around every page', () => {
  let server: StudyServer;
  let browser: Browser;
  beforeAll(async () => {
    [server, browser] = await Promise.all([startStudyServer(), openChromium()]);
    server.answers.set('/api/flows', { flows: [] });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
  });

  test('nothing is refused by the policy, and axe finds nothing, light and dark, wide and narrow', async () => {
    for (const [colorScheme, width] of [
      ['light', 1280],
      ['dark', 390],
    ] as const) {
      const page = await browser.newPage({ colorScheme, viewport: { width, height: 800 } });
      const said = consoleOf(page);
      await page.goto(server.url);
      await page.getByRole('heading', { name: 'Nothing has travelled yet' }).waitFor();

      expect(await violationsOf(page)).toEqual([]);
      expect(said).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      await page.close();
    }
  });

  test('? lists the keys, Escape closes the list', async () => {
    const page = await browser.newPage();
    await page.goto(server.url);
    await page.getByRole('heading', { name: 'Nothing has travelled yet' }).waitFor();

    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).getByText('Go to Flows').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.close();
  });

  test('a chosen theme stays when the page is loaded again', async () => {
    const page = await browser.newPage({ colorScheme: 'light' });
    await page.goto(server.url);
    await page.getByRole('button', { name: 'Theme: system' }).waitFor();
    await page.keyboard.press('t');
    await page.keyboard.press('t');
    await page.getByRole('button', { name: 'Theme: dark' }).waitFor();

    await page.reload();
    await page.getByRole('button', { name: 'Theme: dark' }).waitFor();
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe('dark');
    await page.close();
  });

  test('says that the observer is away, and that it is back', async () => {
    const page = await browser.newPage();
    await page.goto(server.url);
    await page.getByText('Live', { exact: true }).waitFor();
    server.breakStreams();
    await page.getByText('Not connected').waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    await page.close();
  });

  test('an address that is no page says where to begin', async () => {
    const page = await browser.newPage();
    await page.goto(`${server.url}/nowhere`);
    await page.getByRole('link', { name: 'All flows' }).click();
    await page.getByRole('heading', { name: 'Nothing has travelled yet' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/flows');
    await page.close();
  });
});

function consoleOf(page: Page): readonly string[] {
  const said: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(error.message));
  return said;
}
