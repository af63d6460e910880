import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openChromium } from '@novasim/testkit/browser';
import { openScene } from './scene.ts';
import { shotsOf } from './shots.ts';

// npm run screenshots: the pictures of the README and of the first lab, taken from a cloud that runs, into docs/pictures.
const folder = fileURLToPath(new URL('../../docs/pictures/', import.meta.url));
mkdirSync(folder, { recursive: true });
await using scene = await openScene();
await using browser = await openChromium();

for (const colorScheme of ['light', 'dark'] as const) {
  for (const { name, path, shows, before, height = 820 } of shotsOf(scene)) {
    await using context = await browser.newContext({
      colorScheme,
      viewport: { width: 1280, height },
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    await page.goto(scene.url + path);
    await page.getByText(shows).filter({ visible: true }).first().waitFor();
    await before?.(page);
    await page.evaluate('document.fonts.ready');
    const file = `${name}-${colorScheme}.png`;
    await page.screenshot({ path: folder + file });
    console.log(`docs/pictures/${file}`);
  }
}
