import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiUnderTest, CIRROS, DEMO_NETWORK, startApiUnderTest } from './api-under-test.ts';
import { sample } from './sample.ts';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApiUnderTest({ MAX_SERVERS_PER_REQUEST: '50' });
});
afterAll(() => api[Symbol.asyncDispose]());

const NOWHERE = '00000000-0000-4000-8000-000000000000';
const good = { name: 'vm', flavorRef: '1', imageRef: CIRROS };
const field = (name: string, value: string, text: string) =>
  `Invalid input for field/attribute ${name}. Value: ${value}. ${text}`;
const REGEX = '^[a-zA-Z0-9-_:. ]{1,255}$';

describe('POST /servers refuses', () => {
  test.for<[string, object, number, string]>([
    ['an empty name', { name: '' }, 400, field('name', '', "'' is too short")],
    ['a long name', { name: 'x'.repeat(256) }, 400, field('name', 'x'.repeat(256), `'${'x'.repeat(256)}' is too long`)],
    ['a number for a name', { name: 7 }, 400, field('name', '7', "7 is not of type 'string'")],
    ['nothing for a name', { name: null }, 400, field('name', 'None', "None is not of type 'string'")],
    [
      'a blank name',
      { name: '  ' },
      400,
      "An invalid 'name' value was provided. The name must be: printable characters. Can not start or end with whitespace.",
    ],
    [
      'a control character',
      { name: 'a\u0001b' },
      400,
      "An invalid 'name' value was provided. The name must be: printable characters. Can not start or end with whitespace.",
    ],
    ['a flavor that is not there', { flavorRef: 'nope' }, 400, 'Flavor nope could not be found.'],
    ['a list for a flavor', { flavorRef: [] }, 400, field('flavorRef', '[]', "[] is not of type 'string', 'integer'")],
    ['an image that is not there', { imageRef: NOWHERE }, 400, 'Can not find requested image'],
    ['an image that is no id', { imageRef: 'nope' }, 400, field('imageRef', 'nope', "'nope' is not a 'uuid'")],
    ['no image', { imageRef: '' }, 400, 'Missing imageRef attribute'],
    [
      'an image that needs more memory',
      { imageRef: 'ab000000-0000-4000-8000-000000000001', flavorRef: '42' },
      400,
      "Flavor's memory is too small for requested image.",
    ],
    ['a network that is not there', { networks: [{ uuid: NOWHERE }] }, 400, `Network ${NOWHERE} could not be found.`],
    ['a network that is no id', { networks: [{ uuid: 'x' }] }, 400, field('uuid', 'x', "'x' is not a 'uuid'")],
    ['a port', { networks: [{ port: NOWHERE }] }, 400, `Port id ${NOWHERE} could not be found.`],
    ['a network without an id', { networks: [{ fixed_ip: '10.0.0.9' }] }, 400, "Bad network format: missing 'uuid'"],
    [
      'no address',
      { networks: [{ uuid: DEMO_NETWORK, fixed_ip: '10.0.0' }] },
      400,
      field('fixed_ip', '10.0.0', "'10.0.0' is not a 'ipv4'"),
    ],
    [
      'one address for two',
      { networks: [{ uuid: DEMO_NETWORK, fixed_ip: '10.0.0.9' }], min_count: 2 },
      400,
      'Invalid fixed IP Address: max_count cannot be greater than 1 if an fixed_ip is specified.',
    ],
    ['none', { min_count: 0 }, 400, field('min_count', '0', '0 is less than the minimum of 1')],
    ['half a server', { min_count: 1.5 }, 400, field('min_count', '1.5', "1.5 is not of type 'integer', 'string'")],
    ['more than at most', { min_count: 3, max_count: 2 }, 400, 'min_count must be <= max_count'],
    [
      'too many',
      { min_count: 51 },
      403,
      'Quota exceeded for instances: Requested 51, but one request may ask for at most 50 instances',
    ],
    ['a number in metadata', { metadata: { k: 1 } }, 400, field('k', '1', "1 is not of type 'string'")],
    [
      'a long value in metadata',
      { metadata: { k: 'v'.repeat(256) } },
      400,
      field('k', 'v'.repeat(256), `'${'v'.repeat(256)}' is too long`),
    ],
    [
      'a bad key in metadata',
      { metadata: { 'k@': 'v' } },
      400,
      field('metadata', "{'k@': 'v'}", `'k@' does not match any of the regexes: '${REGEX}'`),
    ],
    [
      'too much metadata',
      { metadata: Object.fromEntries(Array.from({ length: 129 }, (_, i) => [`k${i}`, 'v'])) },
      403,
      'Maximum number of metadata items exceeds 128',
    ],
    [
      'user data that is not base64',
      { user_data: 'not base64!' },
      400,
      field('user_data', 'not base64!', "'not base64!' is not a 'base64'"),
    ],
    [
      'a zone that is not there',
      { availability_zone: 'mars' },
      400,
      'The requested availability zone is not available',
    ],
    [
      'a zone of four parts',
      { availability_zone: 'a:b:c:d' },
      400,
      'Invalid input received: Unable to parse availability_zone',
    ],
    ['a key', { key_name: 'mine' }, 400, 'Invalid key_name provided.'],
    [
      'a security group that is not there',
      { security_groups: [{ name: 'web' }] },
      400,
      'Security group web not found for project de000000000040008000000000000001.',
    ],
    [
      'an odd disk config',
      { 'OS-DCF:diskConfig': 'SOME' },
      400,
      field('OS-DCF:diskConfig', 'SOME', "'SOME' is not one of ['AUTO', 'MANUAL']"),
    ],
    ['no truth', { config_drive: 'maybe' }, 400, field('config_drive', 'maybe', "'maybe' is not one of")],
    [
      'a volume',
      { block_device_mapping_v2: [{ source_type: 'volume' }] },
      400,
      'Block Device Mapping is Invalid: this cloud has no volumes.',
    ],
    ['an unknown key', { bogus: 1 }, 400, "Additional properties are not allowed ('bogus' was unexpected)"],
    [
      'two unknown keys',
      { bogus: 1, worse: 2 },
      400,
      "Additional properties are not allowed ('bogus', 'worse' were unexpected)",
    ],
    ['a bad IPv4', { accessIPv4: '1.2.3' }, 400, field('accessIPv4', '1.2.3', "'1.2.3' is not a 'ipv4'")],
  ])('%s', async ([, change, status, message]) => {
    const reply = await api.ask('/compute/v2.1/servers', { body: { server: { ...good, ...change } } });
    const [fault] = Object.values(reply.body) as { code: number; message: string }[];
    expect(fault?.message).toContain(message);
    expect([reply.status, fault?.code]).toEqual([status, status]);
    expect(Object.keys(reply.body)).toEqual([status === 400 ? 'badRequest' : 'forbidden']);
  });

  test('what a real Nova refused, in its very words', async () => {
    const reply = await api.ask('/compute/v2.1/servers', { body: { server: { name: 'x', bogus: 1 } } });
    expect(reply.body).toEqual(sample('create-400-schema'));
    const other = await api.ask('/compute/v2.1/servers', { body: { server: { ...good, imageRef: NOWHERE } } });
    expect(other.body).toEqual(sample('create-400-image'));
  });

  test.for<[string, string | undefined, Record<string, string>, number, string]>([
    ['what is not JSON', '{"server":', {}, 400, 'Malformed request body'],
    ['an empty body', '', {}, 400, 'Malformed request body'],
    ['a list', '[]', {}, 400, "[] is not of type 'object'"],
    ['a text', '"x"', {}, 400, "'x' is not of type 'object'"],
    ['no server', '{}', {}, 400, "'server' is a required property"],
    [
      'another content type',
      JSON.stringify({ server: good }),
      { 'content-type': 'text/plain' },
      400,
      'Malformed request body',
    ],
    ['a form', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }, 400, 'Malformed request body'],
    ['endless brackets', `${'['.repeat(50_000)}${']'.repeat(50_000)}`, {}, 400, 'more than 100 levels deep'],
    [
      'hints of endless depth',
      `{"server":{},"os:scheduler_hints":${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}}`,
      {},
      400,
      'more than 100 levels deep',
    ],
    ['U+0000', '{"server":{"name":"a\\u0000b"}}', {}, 400, 'Malformed request body'],
    [
      'too long a body',
      JSON.stringify({ server: { ...good, name: 'x'.repeat(120_000) } }),
      {},
      413,
      'Request is too large',
    ],
  ])('%s', async ([, body, headers, status, message]) => {
    const reply = await api.ask('/compute/v2.1/servers', { method: 'POST', body, headers });
    expect([reply.status, JSON.stringify(reply.body)]).toEqual([status, expect.stringContaining(message)]);
  });

  test('and no row is left of any of it', async () => {
    expect(await api.store.instances.list({ deleted: 'any' })).toEqual([]);
    expect(api.boots).toEqual([]);
  });
});
