import { expect, test } from 'vitest';
import { readFacts } from './message-facts.ts';

const NOVA = { exchange: 'nova', routing_key: 'conductor' };
const UUID = 'aaaaaaaa-0000-4000-8000-000000000001';

function facts(message: object, address = NOVA) {
  return readFacts(JSON.stringify({ 'oslo.version': '2.0', 'oslo.message': JSON.stringify(message) }), address);
}

test('what is nested in the arguments is not taken for the message', () => {
  const args = { method: 'inner', _msg_id: 'inner', request: { _context_request_id: 'inner' } };
  expect(facts({ args, method: 'outer', _unique_id: 'u' })).toEqual({
    kind: 'cast',
    method: 'outer',
    unique_id: 'u',
    instance_uuids: [],
  });
});

test('a message without an envelope is read all the same', () => {
  const body = JSON.stringify({ method: 'echo', args: {}, _msg_id: 'm' });
  expect(readFacts(body, NOVA)).toMatchObject({ kind: 'call', method: 'echo', msg_id: 'm' });
});

test('a reply of before oslo.messaging is known by the exchange of its call', () => {
  const body = JSON.stringify({ result: 1, failure: null });
  expect(readFacts(body, { exchange: 'abc', routing_key: 'abc' })).toMatchObject({ kind: 'reply', msg_id: 'abc' });
});

test('a failure is its class and what it says', () => {
  const failure = JSON.stringify({ class: 'NoValidHost', message: 'No valid host was found.', tb: ['long'] });
  expect(facts({ result: null, failure, _msg_id: 'm' }).error).toBe('NoValidHost: No valid host was found.');
  expect(facts({ result: null, failure: 'went wrong', _msg_id: 'm' }).error).toBe('went wrong');
});

test('a cut body says what stands before the cut', () => {
  const whole = JSON.stringify({
    'oslo.version': '2.0',
    'oslo.message': JSON.stringify({ method: 'echo', args: { pad: 'x'.repeat(99) } }),
  });
  expect(readFacts(whole.slice(0, 90), NOVA)).toMatchObject({ kind: 'cast', method: 'echo' });
});

test.for([
  [{ instance_uuid: UUID }],
  [{ instance_uuids: [UUID] }],
  [{ instance: { id: 1, uuid: UUID } }],
  [{ instance: { 'nova_object.name': 'Instance', 'nova_object.data': { uuid: UUID } } }],
  [{ objinst: { 'nova_object.name': 'Instance', 'nova_object.data': { uuid: UUID } }, objmethod: 'save' }],
  [{ request_specs: [{ 'nova_object.data': { instance_uuid: UUID } }] }],
] as const)('the instance of %j is found', ([args]) => {
  expect(facts({ method: 'm', args }).instance_uuids).toEqual([UUID]);
});

test('another object’s uuid is no instance', () => {
  const objinst = { 'nova_object.name': 'Service', 'nova_object.data': { uuid: UUID } };
  expect(facts({ method: 'object_action', args: { objinst, objmethod: 'save' } })).toMatchObject({
    about: 'Service.save',
    instance_uuids: [],
  });
});
