import { projectId } from '@novasim/cloud';
import { describe, expect, test } from 'vitest';
import { planSubnet } from './network-plan.ts';

const network = { name: 'net', project_id: projectId('p'), shared: false, cidr: '10.0.0.0/24' };

describe(planSubnet, () => {
  test.for([
    ['nothing more', {}, { gateway_offset: 1, first_offset: 2, last_offset: 254 }],
    ['no gateway', { gateway_ip: null }, { gateway_offset: null, first_offset: 1, last_offset: 254 }],
    ['a gateway at the end', { gateway_ip: '10.0.0.254' }, { gateway_offset: 254, first_offset: 1, last_offset: 253 }],
    ['a gateway between', { gateway_ip: '10.0.0.9' }, { gateway_offset: 9, first_offset: 1, last_offset: 254 }],
    [
      'a pool',
      { allocation_start: '10.0.0.10', allocation_end: '10.0.0.20' },
      { gateway_offset: 1, first_offset: 10, last_offset: 20 },
    ],
    ['a pool of one', { allocation_end: '10.0.0.2' }, { gateway_offset: 1, first_offset: 2, last_offset: 2 }],
  ] as const)('a range and %s', ([, more, plan]) => {
    expect(planSubnet({ ...network, ...more })).toEqual({ cidr: '10.0.0.0/24', ...plan });
  });

  test.for([
    [{ cidr: '10.0.0.0' }, 'cidr "10.0.0.0" is not an IPv4 range'],
    [{ cidr: '10.0.0.7/24' }, 'cidr "10.0.0.7/24" does not begin its range: 10.0.0.0/24 does'],
    [{ cidr: '10.0.0.0/31' }, 'cidr "10.0.0.0/31" must have a prefix from /8 to /30'],
    [{ cidr: '0.0.0.0/0' }, 'cidr "0.0.0.0/0" must have a prefix'],
    [{ gateway_ip: '10.0.1.1' }, 'gateway_ip "10.0.1.1" is not a host address of 10.0.0.0/24'],
    [{ gateway_ip: '10.0.0.0' }, 'gateway_ip "10.0.0.0" is not a host address'],
    [{ gateway_ip: 'router' }, 'gateway_ip "router" is not an IPv4 address'],
    [{ gateway_ip: '10.0.0.5', allocation_start: '10.0.0.2' }, 'gateway_ip "10.0.0.5" is inside the allocation pool'],
    [{ allocation_start: '10.0.1.0' }, 'allocation_start "10.0.1.0" is not a host address'],
    [{ allocation_end: '10.0.0.255' }, 'allocation_end "10.0.0.255" is not a host address'],
    [
      { allocation_start: '10.0.0.9', allocation_end: '10.0.0.8' },
      'allocation_start "10.0.0.9" is behind the end of the pool, 10.0.0.8',
    ],
    [{ name: 'n'.repeat(256) }, 'is longer than 255 characters'],
  ] as const)('%j is refused: %s', ([more, words]) => {
    expect(() => planSubnet({ ...network, ...more })).toThrow(words);
  });
});
