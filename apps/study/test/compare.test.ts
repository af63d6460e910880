import { isBrowserWanted, violationsOf } from '@novasim/testkit/browser';
import { describe, expect, test } from 'vitest';
import { LOOKS, openPages } from './pages.ts';
import { boot, noValidHost } from './recorded.ts';

describe.runIf(isBrowserWanted)('two flows side by side', () => {
  const there = `/compare/${boot.request_id}/${noValidHost.request_id}`;
  const back = `/compare/${noValidHost.request_id}/${boot.request_id}`;
  const { open } = openPages(({ answers }) => {
    const api = (a: string, b: string) => `/api/flows/${a}/compare/${b}`;
    answers.set(api(boot.request_id, noValidHost.request_id), { a: boot, b: noValidHost });
    answers.set(api(noValidHost.request_id, boot.request_id), { a: noValidHost, b: boot });
    answers.set(`/api/flows/${boot.request_id}`, boot);
  });

  test.for(LOOKS)('axe finds nothing, and all of it fits: %o', async (look) => {
    await using page = await open(there, look);
    await page.getByText('1 message the same, 8 only in the first. They part at build_instances.').waitFor();

    expect(await violationsOf(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(look.width);
  });

  test('the sides are exchanged, and a message leads into its flow', async () => {
    await using page = await open(there);
    await page.getByRole('button', { name: 'Exchange' }).click();
    await page.getByText('8 only in the second').waitFor();
    expect(new URL(page.url()).pathname).toBe(back);

    await page.getByRole('link', { name: 'build_and_run_instance' }).click();
    await page.getByText('3 of 15').waitFor();
  });
});
