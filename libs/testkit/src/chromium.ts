import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Where a browser is: `CHROMIUM`, else where Debian and others put it; undefined where there is none. */
const chromiumPath = process.env['CHROMIUM'] ?? PLACES.find((path) => existsSync(path));

/** `NOVASIM_REQUIRE=chromium` makes the absence of a browser an error; without it the browser's tests are skipped. */
const isRequired = (process.env['NOVASIM_REQUIRE'] ?? '').split(',').some((word) => word.trim() === 'chromium');

/** Whether the browser's tests run here. */
export const isBrowserWanted = chromiumPath !== undefined || isRequired;

/**
 * A browser without a window that asks nothing of anybody but the page.
 *
 * @throws when there is none
 */
export async function openChromium(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error(`no Chromium in ${PLACES.join(', ')}; CHROMIUM names another place`);
  return await chromium.launch({
    executablePath: chromiumPath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });
}
