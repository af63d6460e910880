import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { studyFolder } from '../src/index.ts';
import { startStudyServer } from './study-server.ts';

test('the JavaScript of the first view is at most 100 kB, compressed', async () => {
  await using _ = await startStudyServer(); // builds them
  const folder = fileURLToPath(studyFolder);
  const page = readFileSync(`${folder}index.html`, 'utf8');
  const scripts = [...page.matchAll(/(?:src|modulepreload" [^>]*href)="\/([^"]+\.js)"/g)].map(([, path]) => path ?? '');

  expect(scripts.length).toBeGreaterThan(1);
  const bytes = scripts.reduce((sum, path) => sum + gzipSync(readFileSync(`${folder}${path}`)).length, 0);
  expect(bytes).toBeLessThanOrEqual(100 * 1024);
  expect(globSync('**/*.html', { cwd: folder })).toEqual(['index.html']);
});
