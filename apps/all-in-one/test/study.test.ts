import { freshDatabase, until } from '@novasim/testkit';
import { isBrowserWanted, openChromium, violationsOf } from '@novasim/testkit/browser';
import { describe, expect, test } from 'vitest';
import { startCloud } from '../src/cloud.ts';
import { DemoClient } from './demo-client.ts';

const ENV = { COMPUTE_HOSTS: 'h1', BUILD_TIMEOUT_MS: '3000', BUILD_CHECK_MS: '100' };

describe.runIf(isBrowserWanted)('a cloud, its observer and a browser', () => {
  test('a boot is seen as it happens: in the list, as a diagram, each message with its sentence', async () => {
    await using database = await freshDatabase('sqlite');
    await using cloud = await startCloud({
      databaseUrl: database.url,
      observerPort: 0,
      env: { ...process.env, ...ENV, COMPUTE_SPAWN_MS: '500' },
    });
    await using browser = await openChromium();
    const page = await browser.newPage();
    const refused: string[] = [];
    page.on('console', (message) => refused.push(message.text()));
    await page.goto(await pagesOf(cloud));
    await page.getByText('Live', { exact: true }).waitFor();

    const client = new DemoClient(cloud.api.url);
    const { id, requestId } = await client.boot();
    const row = page.getByRole('row', { name: /POST \/servers/ });
    await row.getByRole('link').click();
    await page.waitForURL(`**/flows/${requestId}`);
    await page.getByText('building/spawning').waitFor(); // and the page is not loaded again
    await page.getByText('active/-').waitFor();
    await page.getByRole('main').getByText('done', { exact: true }).waitFor();
    expect(await client.settled(id)).toMatchObject({ status: 'ACTIVE' });

    await page.keyboard.press('j');
    const message = page.getByRole('complementary', { name: 'Message' });
    await message.getByText('The API has written the instance down and answers 202').waitFor();
    await message.getByText(`"${id}"`).first().waitFor();
    await message.getByRole('heading', { name: 'Log of both ends' }).waitFor();
    await message.getByText('scheduler received cast run_instance nova/scheduler').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    expect(refused).toEqual([]);
  });

  test('a compute that dies while it builds: the page says what was lost and why', async () => {
    await using database = await freshDatabase('sqlite');
    await using cloud = await startCloud({
      databaseUrl: database.url,
      observerPort: 0,
      isRestarted: false,
      env: { ...process.env, ...ENV, COMPUTE_SPAWN_MS: '60000' },
    });
    await using browser = await openChromium();
    const page = await browser.newPage();
    const url = await pagesOf(cloud);
    const client = new DemoClient(cloud.api.url);
    const { id, requestId } = await client.boot();
    await page.goto(`${url}/flows/${requestId}`);
    await page.getByText('building/spawning').waitFor();

    await cloud.kill('compute');
    expect(await client.settled(id)).toMatchObject({ status: 'ERROR' });
    await page.getByRole('main').getByText('failed', { exact: true }).waitFor();
    await page.getByRole('button', { name: /^build_and_run_instance/ }).click();
    await page
      .getByRole('complementary', { name: 'Message' })
      .getByText(/connection died|is lost/)
      .first()
      .waitFor();
  });
});

/** Where the observer serves its pages, once it sees the bus. */
async function pagesOf({ observer }: Awaited<ReturnType<typeof startCloud>>): Promise<string> {
  if (observer === undefined) throw new Error('the cloud has an observer');
  await observer.settled;
  const sees = async () => {
    const answer = await fetch(`${observer.url}/api/status`).catch(() => undefined);
    const status = (await answer?.json()) as { tap: { state: string }; tracing: { state: string } } | undefined;
    return status?.tap.state === 'listening' && status.tracing.state === 'on';
  };
  await until(sees, { what: 'the observer sees the bus' });
  return observer.url;
}
