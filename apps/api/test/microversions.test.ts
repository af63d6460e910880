import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiUnderTest, startApiUnderTest } from './api-under-test.ts';
import { sample } from './sample.ts';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApiUnderTest();
});
afterAll(() => api[Symbol.asyncDispose]());

describe('microversions', () => {
  const ask = (headers: Record<string, string>) => api.ask('/compute/v2.1/servers', { headers });

  test.for<[string, Record<string, string>, string]>([
    ['none asked for is the lowest', {}, '2.1'],
    ['the one asked for', { 'openstack-api-version': 'compute 2.9' }, '2.9'],
    ['one of a list', { 'openstack-api-version': 'volume 3.1, compute 2.3' }, '2.3'],
    ['the older header', { 'x-openstack-nova-api-version': '2.16' }, '2.16'],
    ['the latest', { 'openstack-api-version': 'compute latest' }, '2.18'],
  ])('%s', async ([, headers, version]) => {
    const reply = await ask(headers);
    expect(reply.status).toBe(200);
    expect(reply.headers.get('openstack-api-version')).toBe(`compute ${version}`);
    expect(reply.headers.get('x-openstack-nova-api-version')).toBe(version);
    expect(reply.headers.get('vary')).toBe('OpenStack-API-Version, X-OpenStack-Nova-API-Version');
  });

  test('one that is not served is 406 with the range', async () => {
    const reply = await ask({ 'openstack-api-version': 'compute 2.999' });
    expect(reply.status).toBe(406);
    expect(reply.body).toEqual({
      computeFault: { code: 406, message: sample('microversion-406').computeFault.message.replace('2.93', '2.18') },
    });
    expect(reply.headers.get('openstack-api-version')).toBe('compute 2.999');
  });

  test('one that is none is 400', async () => {
    const reply = await ask({ 'openstack-api-version': 'compute abc' });
    expect([reply.status, reply.body]).toEqual([400, sample('microversion-400')]);
  });
});
