import { expect, test } from 'vitest';
import { Tap } from '../test/tap.ts';

const INSTANCE = 'aaaaaaaa-0000-4000-8000-000000000001';

function update(state: string, task: string | null) {
  return { event_type: 'compute.instance.update', payload: { instance_id: INSTANCE, state, new_task_state: task } };
}

function texts(tap: Tap): readonly string[] {
  return tap.flow(60_000).marks.map(({ kind, text }) => `${kind} ${text}`);
}

const REQUEST = { REQUEST_METHOD: 'POST', PATH_INFO: '/v2.1/servers' };

test('a boot tells its request, its states and the scheduler’s verdict', () => {
  const tap = new Tap();
  tap.notify({ at: 0, event_type: 'http.request', payload: { request: REQUEST } });
  expect(tap.flow(1)).toMatchObject({ title: 'POST /servers', outcome: 'open' });

  tap.notify({ at: 5, ...update('building', 'scheduling') });
  tap.notify({
    at: 6,
    event_type: 'http.response',
    payload: { request: REQUEST, response: { status: '202 Accepted' } },
  });
  tap.notify({ at: 8, event_type: 'scheduler.select_destinations.start', payload: { instance_id: INSTANCE } });
  const verdict = { instance_id: INSTANCE, host: 'h3', alternates: ['h1'], hosts: 12, filters: [] };
  tap.notify({ at: 9, event_type: 'scheduler.select_destinations.end', payload: verdict });
  tap.notify({ at: 10, ...update('building', 'spawning') });
  expect(tap.flow(11).outcome).toBe('open');
  tap.notify({ at: 20, ...update('active', null) });

  expect(texts(tap)).toEqual([
    'http POST /servers',
    'state building/scheduling',
    'http 202 POST /servers',
    'verdict looking for a host',
    'verdict h3 of 12 hosts, else h1',
    'state building/spawning',
    'state active/-',
  ]);
  expect(tap.flow(30)).toMatchObject({
    title: 'POST /servers',
    outcome: 'done',
    instance_uuids: [INSTANCE],
    hop_count: 7,
  });
});

test('a fault fails the flow and says what the filters left', () => {
  const tap = new Tap();
  const filters = [
    { filter: 'ComputeFilter', start: 3, end: 3 },
    { filter: 'RamFilter', start: 3, end: 0 },
  ];
  const payload = {
    instance_id: INSTANCE,
    exception: 'NoValidHost',
    message: 'No valid host was found.',
    code: 500,
    hosts: 3,
    filters,
  };
  tap.notify({ at: 1, event_type: 'scheduler.run_instance', priority: 'ERROR', payload });
  tap.notify({ at: 2, ...update('error', null) });
  const why = 'NoValidHost: No valid host was found. (RamFilter 3→0)';
  expect(texts(tap)).toEqual([`fault ${why}`, 'state error/-']);
  expect(tap.flow(3)).toMatchObject({ outcome: 'failed', why });
});

test('a host that failed is made good by another where the instance becomes active', () => {
  const tap = new Tap();
  const fault = { exception: 'HypervisorError', message: 'no', code: 500, instance_id: INSTANCE };
  tap.notify({ at: 1, event_type: 'compute.instance.create.error', priority: 'ERROR', payload: fault });
  tap.notify({ at: 2, ...update('building', 'scheduling') });
  expect(tap.flow(3)).toMatchObject({ outcome: 'failed', why: 'HypervisorError: no' });
  tap.notify({ at: 9, ...update('active', null) });
  expect(tap.flow(10).outcome).toBe('done');
});

test('versioned notifications say the same and are shown once', () => {
  const tap = new Tap();
  tap.notify({ at: 1, ...update('active', 'deleting') });
  const state_update = { 'nova_object.data': { state: 'active', new_task_state: 'deleting' } };
  const data = { 'nova_object.data': { uuid: INSTANCE, state_update } };
  tap.notify({ at: 2, event_type: 'instance.update', payload: data });
  tap.notify({ at: 3, event_type: 'compute.instance.delete.start', payload: { instance_id: INSTANCE } });
  tap.notify({ at: 4, event_type: 'instance.delete.start', payload: { 'nova_object.data': { uuid: INSTANCE } } });
  expect(texts(tap)).toEqual(['state active/deleting', 'note instance.delete.start']);
});

test('a versioned fault is read where Nova keeps it', () => {
  const tap = new Tap();
  const fault = { 'nova_object.data': { exception: 'FlavorDiskTooSmall', exception_message: 'The disk is too small' } };
  const payload = { 'nova_object.data': { uuid: INSTANCE, fault } };
  tap.notify({ at: 1, event_type: 'instance.create.error', priority: 'ERROR', payload });
  expect(texts(tap)).toEqual(['fault FlavorDiskTooSmall: The disk is too small']);
});

test('where nothing is told, states are read out of the requests that save them', () => {
  const tap = new Tap();
  const save = (at: number, updates: object) => {
    tap.ask({ at, by: 'c', to: 'conductor', method: 'instance_update', args: { instance_uuid: INSTANCE, updates } });
  };
  save(1, { vm_state: 'building', task_state: 'networking' });
  save(2, { task_state: 'spawning' });
  save(3, { host: 'h3' });
  save(4, { vm_state: 'active', task_state: null });
  expect(texts(tap)).toEqual(['state building/networking', 'state building/spawning', 'state active/-']);
});

test('a refused request failed', () => {
  const tap = new Tap();
  tap.notify({ at: 0, event_type: 'http.request', payload: { request: REQUEST } });
  tap.notify({
    at: 1,
    event_type: 'http.response',
    payload: { request: REQUEST, response: { status: '409 Conflict' } },
  });
  expect(tap.flow(2)).toMatchObject({ outcome: 'failed', why: '409 POST /servers' });
});

test('a notification joins the request that its payload names', () => {
  const tap = new Tap();
  tap.notify({ at: 0, event_type: 'some.thing', payload: { request_id: 'req-7' }, request_id: '' });
  expect(tap.flow(1, 'req-7').marks).toMatchObject([{ kind: 'note', text: 'some.thing' }]);
});
