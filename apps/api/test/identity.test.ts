import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogAnswer, projectsAnswer, tokenAnswer } from '../src/schemas/identity.ts';
import { type ApiUnderTest, PASSWORDS, passwordRequest, startApiUnderTest } from './api-under-test.ts';
import { exchange, keysOf, sample } from './sample.ts';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApiUnderTest({ AUTH_MODE: 'required', TOKEN_TTL_S: '600' });
});
afterAll(() => api[Symbol.asyncDispose]());

const TOKENS = '/identity/v3/auth/tokens';
const login = (body: unknown) => api.ask(TOKENS, { body });
const DEMO = passwordRequest('demo', PASSWORDS.demo);

test('a password is answered with a token in its header and what a real Keystone says of it', async () => {
  const reply = await login(passwordRequest('admin', PASSWORDS.admin));
  expect(reply.status).toBe(201);
  tokenAnswer.parse(reply.body);
  expect(keysOf(reply.body)).toEqual(keysOf(sample('keystone-token-password')));
  const { token } = reply.body;
  expect(token.project.name).toBe('admin');
  expect(token.roles.map((role: { name: string }) => role.name)).toEqual(
    expect.arrayContaining(['admin', 'member', 'reader']),
  );
  expect(Date.parse(token.expires_at) - Date.parse(token.issued_at)).toBe(600_000);
  expect(reply.headers.get('x-subject-token')).toMatch(/^[\x21-\x7e]{16,254}$/);
  const urls = token.catalog.map((service: { type: string; endpoints: { url: string }[] }) => [
    service.type,
    service.endpoints[0]?.url,
  ]);
  expect(Object.fromEntries(urls)).toEqual({
    identity: `${api.url}/identity/v3/`,
    compute: `${api.url}/compute/v2.1`,
    image: `${api.url}/image`,
    network: `${api.url}/network`,
  });
});

describe('scopes', () => {
  test('none asked for is the default project', async () => {
    expect((await login(passwordRequest('demo', PASSWORDS.demo, undefined))).body.token.project.name).toBe('demo');
  });

  test('unscoped has neither project nor catalog, and is of no use elsewhere', async () => {
    const reply = await login(passwordRequest('admin', PASSWORDS.admin, 'unscoped'));
    expect(keysOf(reply.body)).toEqual(keysOf(sample('keystone-token-unscoped')));
    const headers = { 'x-auth-token': reply.headers.get('x-subject-token') ?? '' };
    expect((await api.ask('/compute/v2.1/servers', { headers })).body.servers).toEqual([]);
    const body = { server: { name: 'x', flavorRef: '1', imageRef: 'c1000000-0000-4000-8000-000000000001' } };
    expect((await api.ask('/compute/v2.1/servers', { headers, body })).status).toBe(403);
  });

  test('a token can be changed for one of another project, and lives no longer', async () => {
    const first = await login(passwordRequest('admin', PASSWORDS.admin));
    const id = first.headers.get('x-subject-token');
    const reply = await login({
      auth: {
        identity: { methods: ['token'], token: { id } },
        scope: { project: { name: 'demo', domain: { name: 'Default' } } },
      },
    });
    expect(reply.status).toBe(201);
    expect(reply.body.token).toMatchObject({ project: { name: 'demo' }, methods: ['password', 'token'] });
    expect(Date.parse(reply.body.token.expires_at)).toBeLessThanOrEqual(Date.parse(first.body.token.expires_at));
  });
});

describe('401, always in the same words', () => {
  test.for<[string, unknown]>([
    ['a wrong password', passwordRequest('admin', 'nope')],
    ['an unknown user', passwordRequest('nobody', 'nope')],
    [
      'an unknown project',
      passwordRequest('demo', PASSWORDS.demo, { project: { name: 'nope', domain: { id: 'default' } } }),
    ],
    [
      'a project without a role',
      passwordRequest('demo', PASSWORDS.demo, { project: { name: 'admin', domain: { id: 'default' } } }),
    ],
    ['another domain', passwordRequest('demo', PASSWORDS.demo, { project: { name: 'demo', domain: { id: 'other' } } })],
    ['the system', passwordRequest('admin', PASSWORDS.admin, { system: { all: true } })],
    ['an unknown token', { auth: { identity: { methods: ['token'], token: { id: 'nope' } } } }],
    ['an unknown method', { auth: { identity: { methods: ['totp'] } } }],
  ])('%s', async ([, body]) => {
    const reply = await login(body);
    const recorded = exchange('keystone-token-401').response;
    expect([reply.status, reply.body]).toEqual([401, recorded.body]);
    expect(reply.headers.get('www-authenticate')).toBe(`Keystone uri="${api.url}/identity"`);
  });

  test.for(['/compute/v2.1/servers', '/image/v2/images', '/network/v2.0/networks', '/identity/v3/projects'])(
    '%s without a token, and with a wrong one',
    async (path) => {
      for (const headers of [{}, { 'x-auth-token': 'nope' }]) {
        const reply = await api.ask(path, { headers });
        expect([reply.status, reply.body]).toEqual([401, sample('unauthorized-401')]);
      }
    },
  );
});

test.for<[string, unknown, string]>([
  ['no identity', { auth: {} }, "'identity' is a required property"],
  ['no methods', { auth: { identity: {} } }, "'methods' is a required property"],
  ['no password', { auth: { identity: { methods: ['password'] } } }, "'password' is a required property"],
  ['methods that are none', { auth: { identity: { methods: 'password' } } }, "is not of type 'array'"],
])('400: %s', async ([, body, message]) => {
  const reply = await login(body);
  expect(reply.status).toBe(400);
  expect(reply.body.error.message).toContain(message);
});

describe('a token', () => {
  const issue = async (body: unknown) => (await login(body)).headers.get('x-subject-token') ?? '';

  test('can be shown, checked and revoked; then it opens nothing', async () => {
    const id = await issue(DEMO);
    const headers = { 'x-auth-token': id, 'x-subject-token': id };
    const shown = await api.ask(TOKENS, { headers });
    expect(shown.status).toBe(200);
    expect(keysOf(shown.body)).toEqual(keysOf(sample('keystone-token-validate')));
    const checked = await api.ask(TOKENS, { method: 'HEAD', headers });
    expect([checked.status, checked.body]).toEqual([200, '']);

    const removed = await api.ask(TOKENS, { method: 'DELETE', headers });
    expect([removed.status, removed.body]).toEqual([204, '']);
    expect((await api.ask('/compute/v2.1/servers', { headers })).status).toBe(401);
    const admin = { 'x-auth-token': await issue(passwordRequest('admin', PASSWORDS.admin)), 'x-subject-token': id };
    expect((await api.ask(TOKENS, { headers: admin })).status).toBe(404);
  });

  test("of somebody else is the administrators' business", async () => {
    const [demo, admin] = [await issue(DEMO), await issue(passwordRequest('admin', PASSWORDS.admin))];
    const look = (own: string, other: string) =>
      api.ask(TOKENS, { headers: { 'x-auth-token': own, 'x-subject-token': other } });
    expect((await look(demo, admin)).status).toBe(403);
    expect((await look(admin, demo)).status).toBe(200);
  });

  test('is in no line of the log', async () => {
    const id = await issue(DEMO);
    await api.ask('/compute/v2.1/servers', { headers: { 'x-auth-token': id } });
    expect(api.log.join('')).not.toContain(id);
  });
});

test('versions lead to v3, behind the prefix', async () => {
  const versions = await api.ask('/identity');
  expect(versions.status).toBe(300);
  expect(keysOf(versions.body)).toEqual(keysOf(sample('keystone-versions')));
  expect(versions.headers.get('location')).toBe(`${api.url}/identity/v3/`);
  for (const path of ['/identity/v3', '/identity/v3/']) {
    const version = await api.ask(path);
    expect(keysOf(version.body)).toEqual(keysOf(sample('keystone-v3-version')));
    expect(version.body.version.links).toEqual([{ rel: 'self', href: `${api.url}/identity/v3/` }]);
  }
});

test('the catalog and the projects one may work in', async () => {
  const headers = { 'x-auth-token': await api.login('demo') };
  catalogAnswer.parse((await api.ask('/identity/v3/auth/catalog', { headers })).body);
  const own = await api.ask('/identity/v3/auth/projects', { headers });
  projectsAnswer.parse(own.body);
  expect(keysOf(own.body)).toEqual(keysOf(sample('keystone-auth-projects')));
  expect(own.body.projects.map((one: { name: string }) => one.name)).toEqual(['demo']);
  const admin = { 'x-auth-token': await api.login('admin') };
  const all = await api.ask('/identity/v3/projects', { headers: admin });
  expect(all.body.projects.map((one: { name: string }) => one.name).toSorted()).toEqual(['admin', 'demo']);
});
