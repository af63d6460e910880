import { openChromium } from '@novasim/testkit/browser';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { type StudyServer, startStudyServer } from './study-server.ts';

/** One browser and one server for the tests of a file; `fill` says what the server knows. */
export function openPages(fill: (server: StudyServer) => void): {
  readonly server: () => StudyServer;
  /** A fresh page at a path, in a context of its own. */
  readonly open: (path: string, look?: Look) => Promise<Page & AsyncDisposable>;
} {
  let server: StudyServer;
  let browser: Browser;
  beforeAll(async () => {
    [server, browser] = await Promise.all([startStudyServer(), openChromium()]);
    fill(server);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.[Symbol.asyncDispose]();
  });
  return {
    server: () => server,
    async open(path, { colorScheme = 'light', width = 1280, height = 800 } = {}) {
      const context = await browser.newContext({
        colorScheme,
        viewport: { width, height },
        permissions: ['clipboard-read', 'clipboard-write'],
      });
      context.setDefaultTimeout(10_000); // so that a test says what it waited for
      const page = await context.newPage();
      await page.goto(`${server.url}${path}`);
      return page;
    },
  };
}

export interface Look {
  readonly colorScheme?: 'light' | 'dark';
  readonly width?: number;
  readonly height?: number;
}

/** Each page light and wide, dark and narrow. */
export const LOOKS = [
  { colorScheme: 'light', width: 1280 },
  { colorScheme: 'dark', width: 390 },
] as const satisfies readonly Look[];
