import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiUnderTest, startApiUnderTest } from './api-under-test.ts';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApiUnderTest();
});
afterAll(() => api[Symbol.asyncDispose]());

const NOWHERE = '00000000-0000-4000-8000-000000000000';

describe('other requests', () => {
  test.for<[string, string, string, number, string, string]>([
    [
      'a server that is not there',
      'GET',
      `/compute/v2.1/servers/${NOWHERE}`,
      404,
      'itemNotFound',
      `Instance ${NOWHERE} could not be found.`,
    ],
    [
      'a server whose id is none',
      'GET',
      '/compute/v2.1/servers/none',
      404,
      'itemNotFound',
      'Instance none could not be found.',
    ],
    [
      'deleting what is not there',
      'DELETE',
      `/compute/v2.1/servers/${NOWHERE}`,
      404,
      'itemNotFound',
      `Instance ${NOWHERE} could not be found.`,
    ],
    [
      'addresses of what is not there',
      'GET',
      `/compute/v2.1/servers/${NOWHERE}/ips`,
      404,
      'itemNotFound',
      `Instance ${NOWHERE} could not be found.`,
    ],
    [
      'a flavor that is not there',
      'GET',
      '/compute/v2.1/flavors/nope',
      404,
      'itemNotFound',
      'Flavor nope could not be found.',
    ],
    ['a path that is not there', 'GET', '/compute/v2.1/nope', 404, 'itemNotFound', 'The resource could not be found.'],
    ['no path at all', 'GET', '/nope', 404, 'itemNotFound', 'The resource could not be found.'],
    [
      'a method that is not there',
      'PUT',
      '/compute/v2.1/servers',
      405,
      'badMethod',
      'The method PUT is not allowed for this resource.',
    ],
    [
      'another',
      'PATCH',
      `/compute/v2.1/servers/${NOWHERE}`,
      405,
      'badMethod',
      'The method PATCH is not allowed for this resource.',
    ],
    [
      'a limit below nothing',
      'GET',
      '/compute/v2.1/servers?limit=-1',
      400,
      'badRequest',
      "Invalid input for query parameters limit. Value: -1. '-1' does not match '^[0-9]*$'",
    ],
    [
      'a limit that is no number',
      'GET',
      '/compute/v2.1/servers?limit=ten',
      400,
      'badRequest',
      "Invalid input for query parameters limit. Value: ten. 'ten' does not match '^[0-9]*$'",
    ],
    [
      'a marker that is no id',
      'GET',
      '/compute/v2.1/servers?marker=none',
      400,
      'badRequest',
      'marker [none] not found',
    ],
    [
      'an unknown marker',
      'GET',
      `/compute/v2.1/servers?marker=${NOWHERE}`,
      400,
      'badRequest',
      `marker [${NOWHERE}] not found`,
    ],
    [
      'an unknown sort key',
      'GET',
      '/compute/v2.1/servers?sort_key=colour',
      400,
      'badRequest',
      "Invalid input for query parameters sort_key. Value: colour. 'colour' is not one of",
    ],
    [
      'a second sort key that is unknown',
      'GET',
      '/compute/v2.1/servers?sort_key=colour&sort_key=uuid',
      400,
      'badRequest',
      "'colour' is not one of",
    ],
    [
      'an expression that is none',
      'GET',
      '/compute/v2.1/servers?name=%5B',
      400,
      'badRequest',
      "Invalid input for query parameters name. Value: [. '[' is not a 'regex'",
    ],
    [
      'a time that is none',
      'GET',
      '/compute/v2.1/servers?changes-since=x',
      400,
      'badRequest',
      "'x' is not a 'date-time'",
    ],
    [
      'all tenants without the right',
      'GET',
      '/compute/v2.1/servers/detail?all_tenants=True',
      403,
      'forbidden',
      "Policy doesn't allow os_compute_api:servers:detail:get_all_tenants to be performed.",
    ],
    [
      'services without the right',
      'GET',
      '/compute/v2.1/os-services',
      403,
      'forbidden',
      "Policy doesn't allow os_compute_api:os-services:list to be performed.",
    ],
    [
      'hypervisors without the right',
      'GET',
      '/compute/v2.1/os-hypervisors/detail',
      403,
      'forbidden',
      "Policy doesn't allow os_compute_api:os-hypervisors:list-detail to be performed.",
    ],
    [
      'a percent sign that means nothing',
      'GET',
      '/compute/v2.1/servers/%zz',
      400,
      'badRequest',
      'Malformed request URL',
    ],
    ['U+0000 in a path', 'GET', '/compute/v2.1/flavors/a%00b', 400, 'badRequest', 'Malformed request URL'],
    [
      'the project of somebody else',
      'GET',
      '/compute/v2.1/ffffffffffffffffffffffffffffffff/servers',
      400,
      'badRequest',
      'Malformed request URL',
    ],
  ])('%s', async ([, method, path, status, name, message]) => {
    const reply = await api.ask(path, { method });
    expect(reply.status).toBe(status);
    expect(reply.body).toEqual({ [name]: { code: status, message: expect.stringContaining(message) } });
    const id = reply.headers.get('x-openstack-request-id');
    expect(id).toMatch(/^req-[0-9a-f-]{36}$/);
    expect(reply.headers.get('x-compute-request-id')).toBe(id);
  });

  test('a wrong method names the right ones', async () => {
    const reply = await api.ask('/compute/v2.1/servers', { method: 'DELETE' });
    expect([reply.status, reply.headers.get('allow')]).toEqual([405, 'POST, GET']);
  });

  test.for<[string, string, number, object]>([
    [
      'identity',
      '/identity/v3/projects/nope',
      404,
      { error: { code: 404, message: 'Could not find project: nope.', title: 'Not Found' } },
    ],
    [
      'image',
      '/image/v2/images/nope',
      404,
      { message: 'No image found with ID nope', code: '404 Not Found', title: 'Not Found' },
    ],
    [
      'network',
      '/network/v2.0/networks/nope',
      404,
      { NeutronError: { type: 'NetworkNotFound', message: 'Network nope could not be found.', detail: '' } },
    ],
    [
      'network',
      '/network/v2.0/networks?colour=red',
      400,
      {
        NeutronError: { type: 'HTTPBadRequest', message: "['colour'] is invalid attribute for filtering", detail: '' },
      },
    ],
    [
      'network',
      '/network/v2.0/extensions/nope',
      404,
      { NeutronError: { type: 'ExtensionNotFound', message: 'Extension with alias nope does not exist', detail: '' } },
    ],
  ])('%s errors have its shape: %s', async ([, path, status, body]) => {
    const reply = await api.ask(path);
    expect([reply.status, reply.body]).toEqual([status, body]);
  });
});
