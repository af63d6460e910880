import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as rpc from '../src/index.ts';

const folder = new URL('../../../docs/rpc/errors/', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, folder), 'utf8');
const pages = readdirSync(folder)
  .filter((file) => file !== 'README.md')
  .map((file) => file.replace(/\.md$/, ''));
const classes = Object.entries(rpc)
  .filter(([, value]) => typeof value === 'function' && value.prototype instanceof Error)
  .map(([name]) => name);

const failure = { class: 'Full', module: 'shop', message: 'm', traceback: [], args: [], kwargs: {} };
/** One of each class that can be made. */
const samples: readonly (rpc.MessagingError | rpc.PythonError)[] = [
  new rpc.MessagingTimeout({ method: 'm', topic: 't', timeoutMs: 1, isConfirmed: true }),
  new rpc.ReplyQueueLost({ method: 'm', topic: 't', timeoutMs: 1, isConfirmed: true }, 'q'),
  new rpc.MessageDeliveryFailure('m'),
  new rpc.MessageTooLarge('m'),
  new rpc.MessageUndeliverable('e', 'k'),
  new rpc.RPCVersionCapError('1.1', '1.0'),
  new rpc.InvalidTarget('m', {}),
  new rpc.InvalidVersion('m'),
  new rpc.NoSuchMethod('m'),
  new rpc.UnsupportedVersion('2.0', 'm'),
  new rpc.TransportClosed('m'),
  new rpc.BrokerRefused('m'),
  new rpc.TlsFailure('h:1', 'ssl', 'm'),
  new rpc.TopologyMismatch('m'),
  new rpc.InvalidTransportURL('m'),
  new rpc.InvalidOption('m'),
  new rpc.PoisonMessage('m'),
  new rpc.RemoteError(failure),
  new rpc.PythonError('m'),
  new rpc.ValueError('m'),
  new rpc.RuntimeError('m'),
  new rpc.KeyError('m'),
  new rpc.IndexError('m'),
  new rpc.AttributeError('m'),
  new rpc.NotImplementedError('m'),
  new rpc.OSError('m'),
];

test('every error class has a page in docs/rpc/errors, and every page a class', () => {
  expect(pages.toSorted()).toEqual(classes.toSorted());
  expect(samples.map((sample) => sample.constructor.name).toSorted()).toEqual(
    classes.filter((name) => name !== 'MessagingError').toSorted(),
  );
});

describe.each(samples.map((sample) => [sample.constructor.name, sample] as const))('the page of %s', (name, sample) => {
  const page = read(`${name}.md`);

  test('says what it means, when it comes and what to do', () => {
    expect(page).toMatch(new RegExp(`^# ${name}\\n\\n\\S`));
    expect(page).toMatch(/\n## When\n\n\S[\s\S]*\n## What to do\n\n\S/);
  });

  test('agrees with the class', () => {
    if (sample instanceof rpc.MessagingError) {
      expect(page).toContain(`| code | \`${sample.code}\` |\n| retryable | ${sample.retryable ? 'yes' : 'no'} |`);
    }
    const fields = /\| fields \| (.*) \|/.exec(page)?.[1] ?? '';
    for (const [, field = ''] of fields.matchAll(/`(\w+)`/g)) {
      if (field !== 'cause') expect(sample).toHaveProperty(field); // a cause there is only with a reason
    }
  });

  test('links to pages that are there', () => {
    for (const [, target = ''] of page.matchAll(/\]\(([^)]+)\)/g))
      expect([...pages.map((other) => `${other}.md`)]).toContain(target);
  });
});

test('the library’s README and the folder’s link to the pages', () => {
  const index = read('README.md');
  for (const name of pages) expect(index).toContain(`[${name}](${name}.md)`);
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const linked = Array.from(readme.matchAll(/\(\.\.\/\.\.\/docs\/rpc\/errors\/(\w+)\.md\)/g), ([, name]) => name);
  expect(linked).toContain('README');
  for (const name of linked) expect([...pages, 'README']).toContain(name);
  expect(linked.length).toBeGreaterThan(10);
});
