import { readFileSync } from 'node:fs';
import { openChromium } from '../../libs/testkit/src/browser.ts';

/** A page of playwright-core, which the testkit declares. */
export type Page = Awaited<ReturnType<Awaited<ReturnType<typeof openChromium>>['newPage']>>;

/** A page in a browser of its own. */
export interface View extends AsyncDisposable {
  readonly page: Page;
}

/** Opens a page with one of the watchers of `in-page/` in it, and waits until it is live. */
export async function openView(url: string, watcher: 'watch-rows.js' | 'watch-frames.js'): Promise<View> {
  await using opened = new AsyncDisposableStack();
  const browser = opened.adopt(await openChromium(), (it) => it.close());
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.addInitScript({ content: readFileSync(new URL(`./in-page/${watcher}`, import.meta.url), 'utf8') });
  await page.goto(url);
  await page.getByText('Live', { exact: true }).waitFor();
  const closing = opened.move();
  return { page, [Symbol.asyncDispose]: () => closing.disposeAsync() };
}
