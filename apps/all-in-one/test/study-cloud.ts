import { freshDatabase, until } from '@novasim/testkit';
import { openChromium } from '@novasim/testkit/browser';
import { type Cloud, type CloudMode, startCloud } from '../src/cloud.ts';

type Page = Awaited<ReturnType<Awaited<ReturnType<typeof openChromium>>['newPage']>>;

/** A whole cloud in the lab, with its observer and a browser. */
export interface StudyCloud extends AsyncDisposable {
  readonly cloud: Cloud;
  /** A fresh page at a path; what its console says fails nothing, but is in `refused`. */
  readonly open: (path: string) => Promise<Page>;
  readonly refused: readonly string[];
}

/** On the embedded broker. */
export async function startStudyCloud(mode: CloudMode = 'single-process'): Promise<StudyCloud> {
  await using opened = new AsyncDisposableStack();
  const database = opened.use(await freshDatabase('sqlite'));
  const cloud = opened.use(
    await startCloud({
      mode,
      databaseUrl: database.url,
      observerPort: 0,
      env: {
        PATH: process.env['PATH'],
        NOVASIM_LAB: '1',
        COMPUTE_HOSTS: 'h1,h2',
        COMPUTE_SPAWN_MS: '20',
        CAPABILITIES_MS: '500', // hosts tell of themselves so often
        LOG_LEVEL: 'warn',
        HOST: 'box',
      },
    }),
  );
  const url = await pagesOf(cloud);
  const browser = opened.use(await openChromium());
  const refused: string[] = [];
  const closing = opened.move();
  return {
    cloud,
    refused,
    async open(path) {
      const page = await browser.newPage();
      page.setDefaultTimeout(15_000); // so that a test says what it waited for
      page.on('console', (message) => refused.push(message.text()));
      page.on('pageerror', (error) => refused.push(error.message));
      await page.goto(`${url}${path}`);
      return page;
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

/** Where the observer serves its pages, once it sees the bus. */
export async function pagesOf({ observer }: Cloud): Promise<string> {
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
