import { describe, expect, test } from 'vitest';
import { findInstances, listedInstances, seenInstances } from './instances.ts';
import type { Server } from './servers.ts';
import { imageFault } from './servers.ts';

const server: Server = {
  id: 'c1',
  name: 'web',
  status: 'ACTIVE',
  created: '2026-01-01T00:00:00Z',
  flavor: { id: '1' },
  image: { id: 'i1' },
  addresses: { demo: [{ addr: '10.0.0.4' }] },
  'OS-EXT-STS:vm_state': 'active',
  'OS-EXT-STS:task_state': null,
  'OS-SRV-USG:launched_at': '2026-01-01T00:00:01.000000',
};

test('the bus tells the host and the request that the API does not', () => {
  const seen = [{ uuid: 'c1', host: 'h2', vm_state: 'building', request_id: 'req-1' }];

  expect(listedInstances([server], seen)).toMatchObject([
    { name: 'web', status: 'ACTIVE', vm_state: 'active', host: 'h2', requestId: 'req-1', addresses: ['10.0.0.4'] },
  ]);
});

test('without an API the status is what the states that were seen mean', () => {
  const seen = [
    { uuid: 'c1', name: 'web', vm_state: 'active', task_state: 'rebooting' },
    { uuid: 'c2', vm_state: 'strange' },
  ];

  expect(seenInstances(seen).map(({ name, status }) => [name, status])).toEqual([
    ['web', 'REBOOT'],
    ['c2', 'UNKNOWN'],
  ]);
});

describe(findInstances, () => {
  const all = listedInstances([server, { ...server, id: 'c2', name: 'db' }], [{ uuid: 'c2', host: 'h2' }]);

  test.for([
    [{ q: '', host: '' }, ['web', 'db']],
    [{ q: 'active DB', host: '' }, ['db']],
    [{ q: '', host: 'h2' }, ['db']],
    [{ q: 'web', host: 'h2' }, []],
  ] as const)('%o', ([wanted, names]) => {
    expect(findInstances(all, wanted).map(({ name }) => name)).toEqual(names);
  });
});

test.for([
  [{ min_ram: 256, min_disk: 1 }, undefined],
  [{ min_ram: 1_024, min_disk: 1 }, 'needs 1024 MiB of memory'],
  [{ min_ram: 256, min_disk: 10 }, 'needs 10 GiB of disk'],
] as const)('an image that %o asks of a tiny flavor', ([needs, fault]) => {
  const tiny = { id: '1', name: 'm1.tiny', vcpus: 1, ram: 512, disk: 1 };

  expect(imageFault({ id: 'i1', name: 'debian', ...needs }, tiny)).toBe(fault);
});
