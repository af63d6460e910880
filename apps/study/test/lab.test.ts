import { isBrowserWanted, violationsOf } from '@novasim/testkit/browser';
import { describe, expect, test } from 'vitest';
import { LOOKS, openPages } from './pages.ts';
import { topologyWith } from './topologies.ts';

const match = { side: 'publish', method: 'run_instance' };
const lab = {
  services: [
    { name: 'api.box', service: 'api', host: 'box', pid: 7, seen_ms: 1, is_silent: false },
    { name: 'compute.box', service: 'compute', host: 'box', pid: 8, seen_ms: 1, is_silent: true },
  ],
  rules: [{ id: 'r1', action: 'drop', times: 2, match, services: ['api.box'] }],
  held: [
    {
      ...match,
      id: 'm1',
      by: 'api.box',
      rule_id: 'r0',
      action: 'hold',
      kind: 'cast',
      routing_key: 'scheduler',
      request_id: 'req-1',
      held_ms: Date.now(),
      due_ms: Date.now() + 600_000,
    },
  ],
  hypervisors: [{ host: 'h1', service: 'compute.box', slow_ms: 500, fail_next: 0, fail_rate: 0 }],
  processes: [
    { service: 'api', pid: 7, is_own: true },
    { service: 'compute', pid: null, is_own: true },
  ],
};

describe.runIf(isBrowserWanted)('the lab', () => {
  const { server, open } = openPages(({ answers }) => {
    answers.set('/api/lab', lab);
    answers.set('/api/topology', topologyWith());
  });

  test.for(LOOKS)('axe finds nothing: %o', async (look) => {
    await using page = await open('/lab', look);
    await page.getByRole('button', { name: 'Release run_instance, m1' }).waitFor();

    expect(await violationsOf(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(look.width);
  });

  test('a rule is read as a sentence while it is written, with what the bus has to choose from', async () => {
    await using page = await open('/lab');
    await page.getByRole('heading', { name: 'The next message' }).waitFor();
    await page.keyboard.press('n');
    await page.keyboard.type('build_and_run_instance');
    await page.getByLabel('To the topic').fill('compute');
    await page.getByLabel('To the host').fill('h2');
    await page
      .getByText('Hold the next request build_and_run_instance to compute.h2, before the broker has it.')
      .waitFor();
    expect(await page.locator('#known-server option').count()).toBe(3);

    await page.getByRole('radio', { name: 'Double' }).check();
    await page.getByLabel('Caught').selectOption('when it has arrived');
    await page.getByText('A twin is made where the message is sent.').waitFor();
    expect(await page.getByRole('button', { name: 'Set this rule' }).getAttribute('aria-disabled')).toBe('true');
  });

  test('what cannot be done to a service is off, and says why', async () => {
    await using page = await open('/lab');
    const services = page.getByRole('region', { name: 'Services' });
    await services.getByRole('button', { name: 'Kill compute: off, compute is down' }).waitFor();
    await services.getByRole('button', { name: 'Start compute' }).waitFor();
    await services.getByRole('button', { name: 'Break connection compute.box: off' }).waitFor();
  });

  test('a refusal is said in the lab’s own words', async () => {
    await using page = await open('/lab');
    await page.getByRole('button', { name: 'Break connection api.box' }).click();
    await page.getByText('nothing is known of /api/lab/connections/api.box/break').waitFor();
  });

  test('f leads to the flow of what waits longest', async () => {
    await using page = await open('/lab');
    await page.getByRole('button', { name: 'Release run_instance, m1' }).waitFor();
    await page.keyboard.press('f');
    await page.waitForURL('**/flows/req-1');
  });

  test('a lab that is off says how to switch it on', async () => {
    server().answers.delete('/api/lab');
    await using page = await open('/lab');
    await page.getByRole('heading', { name: 'The lab is off' }).waitFor();
    await page.getByText('NOVASIM_LAB=1 npm start').waitFor();
    expect(await violationsOf(page)).toEqual([]);
  });
});
