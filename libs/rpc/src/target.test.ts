import { describe, expect, test } from 'vitest';
import { InvalidTarget } from './errors.ts';
import { routeOf } from './target.ts';

describe(routeOf, () => {
  test.for([
    ['any server of the topic', { topic: 'compute' }, 'openstack', 'compute'],
    ['one named server', { topic: 'compute', server: 'host-3' }, 'openstack', 'compute.host-3'],
    ['any server, if the name is empty', { topic: 'compute', server: '' }, 'openstack', 'compute'],
    ['every server', { topic: 'compute', fanout: true }, 'compute_fanout', ''],
    ['every server, even if one is named', { topic: 'compute', server: 'a', fanout: true }, 'compute_fanout', ''],
    ['an exchange of its own', { topic: 'compute', exchange: 'cloud' }, 'cloud', 'compute'],
  ] as const)('%s', ([, target, exchange, routingKey]) => {
    expect(routeOf(target)).toMatchObject({ exchange, routingKey });
  });

  test('the control exchange is the transport’s', () => {
    expect(routeOf({ topic: 'compute' }, 'cloud').exchange).toBe('cloud');
  });

  test('a target without a topic is refused and named', () => {
    expect(() => routeOf({ server: 'a' })).toThrow(InvalidTarget);
    expect(() => routeOf({ server: 'a' })).toThrow(/topic.*"server":"a"/);
  });
});
