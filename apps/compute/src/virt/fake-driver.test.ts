import { hostName, type Instance, instanceUuid } from '@novasim/cloud';
import { describe, expect, test } from 'vitest';
import { GuestNotFound, SpawnFailed } from './driver.ts';
import { FakeDriver, type FakeDriverOptions } from './fake-driver.ts';

const uuid = instanceUuid('2a272571-595e-46d3-8535-c3d1ba9b0303');
const instance = { uuid, power_state: 1 } as Instance; // the driver looks at no more of it
const never = new AbortController().signal;

function driver(options: Partial<FakeDriverOptions> = {}) {
  const waits: number[] = [];
  const fake = new FakeDriver({
    host: hostName('h1'),
    spawnMs: 100,
    spawnJitterMs: 40,
    destroyMs: 7,
    failRate: 0,
    random: () => 0.5,
    wait: async (ms, signal) => {
      signal?.throwIfAborted();
      waits.push(ms);
    },
    ...options,
  });
  return { fake, waits };
}

describe(FakeDriver, () => {
  test.for([
    [0, 60],
    [0.5, 100],
    [0.999, 139.92],
  ] as const)('a spawn takes its time plus or minus the jitter: random %s waits %s ms', async ([random, ms]) => {
    const { fake, waits } = driver({ random: () => random });
    await fake.spawn(instance, [], never);
    expect(waits[0]).toBeCloseTo(ms);
    expect(fake.guests()).toEqual([uuid]);
  });

  test('a spawn that fails says where, and leaves no guest', async () => {
    const { fake } = driver({ failRate: 1 });
    await expect(fake.spawn(instance, [], never)).rejects.toThrow(SpawnFailed);
    await expect(fake.spawn(instance, [], never)).rejects.toThrow(`Failed to spawn instance ${uuid}`);
    expect(fake.guests()).toEqual([]);
  });

  test('an aborted spawn ends with the reason and leaves no guest', async () => {
    const { fake } = driver();
    await expect(fake.spawn(instance, [], AbortSignal.abort(new Error('overtaken')))).rejects.toThrow('overtaken');
    expect(fake.guests()).toEqual([]);
  });

  test('the lab makes spawns slower, and the next ones fail', async () => {
    const { fake, waits } = driver();
    fake.trouble = { slow_ms: 900, fail_next: 1, fail_rate: 0 };
    await expect(fake.spawn(instance, [], never)).rejects.toThrow(SpawnFailed);
    await fake.spawn(instance, [], never);
    expect(waits).toEqual([1_000, 1_000]);
    expect(fake.trouble).toEqual({ slow_ms: 900, fail_next: 0, fail_rate: 0 });
    fake.trouble = { slow_ms: 0, fail_next: 0, fail_rate: 1 };
    await expect(fake.spawn(instance, [], never)).rejects.toThrow(SpawnFailed);
  });

  test('a guest takes its time to stop and to start, none to stand still, and none to become what it is', async () => {
    const { fake, waits } = driver();
    fake.restore(instance);
    for (const power of [3, 1, 4, 4, 1] as const) {
      await fake.setPower(uuid, power);
      expect(fake.powerState(uuid)).toBe(power);
    }
    await fake.reboot(uuid);
    expect(waits).toEqual([7, 100, 7, 100]);
    expect(fake.powerState(uuid)).toBe(1);
  });

  test('what is not there cannot be started', async () => {
    const { fake } = driver();
    await expect(fake.setPower(uuid, 1)).rejects.toThrow(GuestNotFound);
    expect(fake.powerState(uuid)).toBe(0);
  });

  test('destroying takes its time once, and none where there is no guest', async () => {
    const { fake, waits } = driver();
    fake.restore(instance);
    await fake.destroy(uuid);
    await fake.destroy(uuid);
    expect(waits).toEqual([7]);
    expect(fake.guests()).toEqual([]);
  });
});
