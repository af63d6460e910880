import { readFileSync } from 'node:fs';
import { configTable } from '@novasim/service';
import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

test('the README lists every variable that is read, with its default', () => {
  expect(readFileSync(new URL('../README.md', import.meta.url), 'utf8')).toContain(configTable(readConfig));
});
