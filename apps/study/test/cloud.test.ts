import { isBrowserWanted, violationsOf } from '@novasim/testkit/browser';
import { describe, expect, test } from 'vitest';
import { LOOKS, openPages } from './pages.ts';

const load = { vcpus: 16, vcpus_used: 3, memory_mb: 32_768, memory_mb_used: 1_536, local_gb: 500, local_gb_used: 3 };
const cloud = {
  hosts: [
    { name: 'h1', is_up: true, waiting: 0, seen_at_ms: 1, load: { ...load, running_vms: 2, is_enabled: true } },
    { name: 'h2', is_up: false, waiting: 4, seen_at_ms: 1 },
  ],
  instances: [
    { uuid: 'c1', name: 'web', host: 'h1', vm_state: 'active', task_state: '', request_id: 'req-1', seen_at_ms: 1 },
    { uuid: 'c2', name: 'db', vm_state: 'error', fault: 'No valid host was found', task_state: '', seen_at_ms: 1 },
  ],
};

describe.runIf(isBrowserWanted)('the cloud, where no API is behind the observer', () => {
  const { open } = openPages(({ answers }) => {
    answers.set('/api/status', { has_cloud_api: false, problems: [] });
    answers.set('/api/cloud', cloud);
  });

  test.for(LOOKS)('axe finds nothing: %o', async (look) => {
    await using page = await open('/cloud?instance=c2', look);
    await page.getByRole('complementary', { name: 'Instance db' }).waitFor();

    expect(await violationsOf(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(look.width);
  });

  test('it shows what was seen, says what is missing, and offers nothing', async () => {
    await using page = await open('/cloud');
    await page.getByText('No REST API is behind this observer').waitFor();
    await page.getByRole('row', { name: /h1 up 2.* 3 of 16 vCPUs/ }).waitFor();
    await page.getByRole('row', { name: /h2 down · 4 waiting/ }).waitFor();
    expect(await page.getByRole('button', { name: 'Boot' }).count()).toBe(0);

    await page.getByRole('link', { name: 'db', exact: true }).click();
    const panel = page.getByRole('complementary', { name: 'Instance db' });
    await panel.getByText('No valid host was found').waitFor();
    expect(await panel.getByRole('button', { name: 'Delete', exact: true }).getAttribute('aria-disabled')).toBe('true');
  });

  test('an action that is off says why', async () => {
    await using page = await open('/cloud?instance=c1');
    const panel = page.getByRole('complementary', { name: 'Instance web' });
    await panel.getByText('Not while it is like this').click();
    await panel.getByText('only while it is stopped; it is active').waitFor();
  });

  test('one host’s instances, a search, and the keys', async () => {
    await using page = await open('/cloud');
    await page.getByRole('button', { name: 'h1', exact: true }).click();
    await page.getByRole('link', { name: 'db', exact: true }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'On h1 only: show all' }).click();

    await page.keyboard.press('/');
    await page.keyboard.type('error');
    await page.getByRole('link', { name: 'web', exact: true }).waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await page.getByRole('complementary', { name: 'Instance db' }).waitFor();
    expect(new URL(page.url()).search).toBe('?q=error&instance=c2');
  });
});
