import type { PublishedEvent } from '@novasim/trace';
import { expect, test } from 'vitest';
import { SeenCloud } from './seen-cloud.ts';

const INSTANCE = '00000000-0000-4000-8000-000000000001';

test('hosts tell their load by fanout, in the classic words and in the modern ones', () => {
  const cloud = new SeenCloud();
  const capabilities = {
    total: { vcpus: 8, memory_mb: 4096, local_gb: 40 },
    used: { vcpus: 1, memory_mb: 512, local_gb: 1 },
    running_vms: 1,
    enabled: true,
  };
  cloud.see(
    published(
      'scheduler_fanout',
      '',
      { method: 'update_service_capabilities', args: { host: 'h10', capabilities } },
      5,
    ),
  );
  cloud.see(published('scheduler_fanout', '', { method: 'update_instance_info', args: { host_name: 'h9' } }, 6));

  expect(cloud.view(undefined).hosts).toEqual([
    { name: 'h9', seen_at_ms: 6 },
    {
      name: 'h10',
      seen_at_ms: 5,
      load: {
        vcpus: 8,
        vcpus_used: 1,
        memory_mb: 4096,
        memory_mb_used: 512,
        local_gb: 40,
        local_gb_used: 1,
        running_vms: 1,
        is_enabled: true,
      },
    },
  ]);
});

test('instances are what notifications told of them last, and are gone when they are deleted', () => {
  const cloud = new SeenCloud();
  const tell = (event_type: string, payload: object) =>
    cloud.see(
      published('nova', 'notifications.info', {
        event_type,
        publisher_id: 'compute.h1',
        payload: { instance_id: INSTANCE, display_name: 'vm', ...payload },
        _context_request_id: 'req-1',
      }),
    );

  tell('compute.instance.update', { state: 'building', state_description: 'spawning', host: 'h1' });
  expect(cloud.view(undefined).instances).toMatchObject([
    { uuid: INSTANCE, name: 'vm', host: 'h1', vm_state: 'building', task_state: 'spawning', request_id: 'req-1' },
  ]);
  tell('compute.instance.update', { state: 'active', state_description: '' });
  expect(cloud.view(undefined).instances).toMatchObject([{ host: 'h1', vm_state: 'active', task_state: '' }]);
  tell('compute.instance.delete.end', {});
  expect(cloud.view(undefined).instances).toEqual([]);
});

test('a host is up while somebody consumes from its queue', () => {
  const cloud = new SeenCloud();
  const queues = [
    { name: 'compute.h1', ready: 0, unacknowledged: 0, consumers: 1 },
    { name: 'compute.h2', ready: 3, unacknowledged: 0, consumers: 0 },
    { name: 'compute', ready: 0, unacknowledged: 0, consumers: 2 },
  ];
  const state = {
    event: 'state',
    seq: 1,
    at_ms: 9,
    queues,
    exchanges: [],
    bindings: [],
    connections: [],
    consumers: [],
  } as const;

  expect(cloud.view(state).hosts).toEqual([
    { name: 'h1', is_up: true, waiting: 0, seen_at_ms: 9 },
    { name: 'h2', is_up: false, waiting: 3, seen_at_ms: 9 },
  ]);
});

function published(exchange: string, routing_key: string, message: object, at_ms = 1): PublishedEvent {
  const body = JSON.stringify({ 'oslo.version': '2.0', 'oslo.message': JSON.stringify(message) });
  return { event: 'published', seq: 1, at_ms, exchange, routing_key, properties: {}, body, bytes: body.length };
}
