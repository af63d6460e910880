import { isBrowserWanted, violationsOf } from '@novasim/testkit/browser';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type StudyCloud, startStudyCloud } from './study-cloud.ts';

describe.runIf(isBrowserWanted)('the pages of a cloud in the lab', () => {
  let study: StudyCloud;
  beforeAll(async () => {
    study = await startStudyCloud();
  });
  afterAll(() => study?.[Symbol.asyncDispose]());

  test('Cloud: an instance is booted, becomes ACTIVE, is seen in its flow, is stopped, started and deleted', async () => {
    const page = await study.open('/cloud');
    await page.getByRole('row', { name: /h2 up.* of 16 vCPUs/ }).waitFor();
    await page.getByLabel('Name').fill('web');
    await page.getByRole('button', { name: 'Boot' }).click();
    await page.getByRole('row', { name: /^web ACTIVE h\d 10\.0\.0\.\d+ m1\.tiny/ }).waitFor();
    expect(await violationsOf(page)).toEqual([]);

    await page.getByRole('link', { name: 'See its flow: Boot web' }).click();
    await page.getByRole('heading', { name: /POST .*\/servers/ }).waitFor();
    await page.goBack();

    await page.getByRole('link', { name: 'web', exact: true }).click();
    const panel = page.getByRole('complementary', { name: 'Instance web' });
    await panel.getByRole('button', { name: 'Stop', exact: true }).click();
    await page.getByRole('row', { name: /^web SHUTOFF h\d/ }).waitFor();
    await panel.getByText('Not while it is like this').click();
    await panel.getByText('only while it is active; it is stopped').first().waitFor();
    await panel.getByText('this cloud’s API does not name them in its OpenAPI document').waitFor();
    expect(await panel.getByRole('button', { name: 'Shelve', exact: true }).getAttribute('aria-disabled')).toBe('true');
    expect(await violationsOf(page)).toEqual([]);
    await panel.getByRole('button', { name: 'Start', exact: true }).click();
    await page.getByRole('row', { name: /^web ACTIVE h\d/ }).waitFor();
    await page.getByRole('link', { name: 'See its flow: Stop web' }).waitFor();
    await panel.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByText('There is none yet.').waitFor();
    await page.getByRole('link', { name: 'See its flow: Delete web' }).waitFor();
    expect(study.refused).toEqual([]);
    await page.close();
  });

  test('Cloud: an instance that is locked is not stopped, and the API says so, until it is unlocked', async () => {
    const page = await study.open('/cloud');
    await page.getByLabel('Name').fill('kept');
    await page.getByRole('button', { name: 'Boot' }).click();
    await page.getByRole('row', { name: /^kept ACTIVE/ }).waitFor();
    await page.getByRole('link', { name: 'kept', exact: true }).click();
    const panel = page.getByRole('complementary', { name: 'Instance kept' });
    const requests = page.getByRole('region', { name: 'Requests of this page' });
    for (const name of ['Lock', 'Unlock'] as const) {
      await panel.getByRole('button', { name, exact: true }).click();
      await page.getByRole('link', { name: `See its flow: ${name} kept` }).waitFor();
      await panel.getByRole('button', { name: 'Stop', exact: true }).click();
      if (name === 'Lock') {
        await requests.getByText(/^409: Instance [0-9a-f-]{36} is locked/).waitFor();
        await page.getByRole('row', { name: /^kept ACTIVE locked/ }).waitFor();
      } else await page.getByRole('row', { name: /^kept SHUTOFF/ }).waitFor();
    }
    await panel.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByText('There is none yet.').waitFor();
    await page.close();
  });

  test('Cloud: what the API refuses is said in its own words', async () => {
    const page = await study.open('/cloud');
    await page.getByLabel('Name').fill('web\uE000'); // a letter that no name may have
    await page.getByRole('button', { name: 'Boot' }).click();
    await page
      .getByRole('region', { name: 'Requests of this page' })
      .getByText(/^400: .*invalid 'name' value/)
      .waitFor();
    await page.close();
  });

  test('Lab: a build is held, seen waiting, released, and becomes ACTIVE', async () => {
    const lab = await study.open('/lab');
    await lab.getByLabel('Method').fill('build_and_run_instance');
    await lab.getByRole('button', { name: 'Set this rule' }).click();
    await lab
      .getByRole('status')
      .getByText(/^Hold the next request build_and_run_instance/)
      .waitFor();

    const cloud = await study.open('/cloud');
    await cloud.getByLabel('Name').fill('late');
    await cloud.getByRole('button', { name: 'Boot' }).click();
    await cloud.getByRole('row', { name: /^late BUILD/ }).waitFor();
    await lab.getByRole('button', { name: /^Release build_and_run_instance/ }).waitFor();
    await lab.getByText(/conductor\.box keeps it from the broker/).waitFor();
    expect(await violationsOf(lab)).toEqual([]);

    await lab.keyboard.press('r');
    await lab.getByText('Nothing is held.').waitFor();
    await cloud.getByRole('row', { name: /^late ACTIVE/ }).waitFor();
    await Promise.all([lab.close(), cloud.close()]);
  });

  test('Lab: a hypervisor that is troubled says so until it is reset', async () => {
    const page = await study.open('/lab');
    await page.getByRole('combobox', { name: 'Host', exact: true }).selectOption('h2');
    await page.getByLabel('Fail the next').fill('2');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByRole('listitem').filter({ hasText: 'h2: the next 2 spawns fail' }).waitFor();
    await page.getByRole('button', { name: 'Reset h2' }).click();
    await page.getByText('All fare as they were started.').waitFor();

    await page.getByRole('button', { name: 'Kill compute: off, all services share one process' }).waitFor();
    await page.getByRole('button', { name: 'Break connection network.box' }).click();
    await page.getByText('The connection of network.box was cut, and is back.').waitFor();
    await page.close();
  });

  test('Bus: where a message would go is answered, and drawn', async () => {
    const page = await study.open('/bus?exchange=nova&key=compute.h2');
    await page.getByText('It goes to compute.h2, where its one consumer takes it.').waitFor();
    await page.getByRole('button', { name: /^2 queues compute\.‹server›/ }).waitFor();
    expect(await violationsOf(page)).toEqual([]);

    await page.getByLabel('with the routing key').fill('compute.h9');
    await page.getByText(/No binding of the exchange nova fits compute\.h9: the message is dropped/).waitFor();
    expect(new URL(page.url()).searchParams.get('key')).toBe('compute.h9');
    await page.close();
  });
});

describe.runIf(isBrowserWanted)('the pages of a cloud of processes', () => {
  test('Lab: a service that is killed stays down, its queues are dead ends on Bus, and it is started again', async () => {
    await using study = await startStudyCloud('processes');
    const lab = await study.open('/lab');
    await lab.getByRole('button', { name: 'Kill compute' }).click();
    await lab.getByText('compute was ended by SIGKILL.').waitFor();
    await lab.getByRole('button', { name: 'Stop compute: off, compute is down' }).waitFor();

    const bus = await study.open('/bus?exchange=nova&key=compute.h1');
    await bus.getByText('It waits in compute.h1, which nobody consumes from.').waitFor();
    await bus.getByText(/^Nobody consumes from reply_[0-9a-f]+: the caller that replies are for is gone/).waitFor();

    await lab.getByRole('button', { name: 'Start compute' }).click();
    await lab.getByText('compute serves again.').waitFor();
    await bus.getByText('It goes to compute.h1, where its one consumer takes it.').waitFor();
  });
});
