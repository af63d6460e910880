import { readFileSync } from 'node:fs';
import * as rpc from '@novasim/rpc';
import * as asyncapi from '@novasim/rpc/asyncapi';
import * as legacy from '@novasim/rpc/legacy';
import * as telemetry from '@novasim/rpc/telemetry';
import { expect, test } from 'vitest';
import { apiReference } from './api-reference.ts';

const reference = apiReference();

test('docs/rpc/api.md is what the sources say; npm run api writes it', () => {
  expect(readFileSync(new URL('../docs/rpc/api.md', import.meta.url), 'utf8')).toBe(`${reference}\n`);
});

test('every value that a door exports is in it, documented', () => {
  for (const name of Object.keys({ ...rpc, ...asyncapi, ...legacy, ...telemetry })) {
    expect(reference).toMatch(new RegExp(`\\n### ${name}\\n\\n(?!\`\`\`)\\S`));
  }
});

test('declarations are whole', () => {
  const blocks = Array.from(reference.matchAll(/```ts\n([\s\S]*?)\n```/g), ([, block = '']) => block);
  expect(blocks.length).toBeGreaterThan(80);
  for (const block of blocks) {
    const bare = block.replaceAll(/\/\*[\s\S]*?\*\/|'[^'\n]*'|"[^"\n]*"/g, '');
    expect(bare.match(/[{(]/g)?.length ?? 0, block).toBe(bare.match(/[})]/g)?.length ?? 0);
    expect(block).toMatch(/[;}]$/);
    expect(block).not.toMatch(/\n(export|import) /);
  }
});
