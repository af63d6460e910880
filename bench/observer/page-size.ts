import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { studyFolder } from '../../apps/study/src/index.ts';
import { bound } from '../rpc/bounds.ts';
import type { Figures } from '../rpc/report.ts';

/** The JavaScript that a browser fetches before it shows the first page. */
export function measurePageSize(): Figures {
  const page = readFileSync(new URL('index.html', studyFolder), 'utf8');
  const scripts = [...page.matchAll(/(?:src|modulepreload" [^>]*href)="\/([^"]+\.js)"/g)].map(([, path]) => path ?? '');
  const kib = scripts.map((path) => gzipSync(readFileSync(new URL(path, studyFolder))).length / 1_024);
  const sum = kib.reduce((total, size) => total + size, 0);
  return {
    bounds: [bound('JavaScript of the first view, gzipped', '≤', 100, [sum], { unit: ' KB', digits: 1 })],
    sections: [],
  };
}
