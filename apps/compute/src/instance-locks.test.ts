import { instanceUuid } from '@novasim/cloud';
import { describe, expect, test } from 'vitest';
import { InstanceLocks } from './instance-locks.ts';

const a = instanceUuid('a');
const b = instanceUuid('b');

describe(InstanceLocks, () => {
  test('what concerns one instance runs in the order of arrival, one at a time', async () => {
    const locks = new InstanceLocks();
    const story: string[] = [];
    const first = Promise.withResolvers<void>();
    const building = locks.run(a, async () => {
      story.push('build begins');
      await first.promise;
      story.push('build ends');
    });
    const deleting = locks.run(a, async () => {
      story.push('terminate');
    });
    await locks.run(b, async () => {
      story.push('another instance');
    });
    expect(story).toEqual(['build begins', 'another instance']);
    first.resolve();
    await Promise.all([building, deleting]);
    expect(story).toEqual(['build begins', 'another instance', 'build ends', 'terminate']);
  });

  test('a task that fails tells its caller and lets the next one run', async () => {
    const locks = new InstanceLocks();
    const failing = locks.run(a, () => Promise.reject(new Error('no')));
    const next = locks.run(a, async () => 'ran');
    await expect(failing).rejects.toThrow('no');
    await expect(next).resolves.toBe('ran');
    expect(locks.isHeld(a)).toBe(false);
  });
});
