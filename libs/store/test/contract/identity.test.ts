import { projectId, userId } from '@novasim/cloud';
import { DuplicateEntry, NotFound } from '@novasim/store';
import { databasesUnderTest } from '@novasim/testkit';
import { DEMO, OTHER, USER } from '@novasim/testkit/new-instance';
import { describe, expect, test } from 'vitest';
import { type FreshCloud, freshCloud, TestClock } from './fresh-cloud.ts';

const ALICE = { id: USER, name: 'alice', password: 'correct horse', default_project_id: DEMO };

describe.each(await databasesUnderTest())('identity on $name', (database) => {
  test('a project and a user are made once', async () => {
    await using cloud = await freshCloud(database);
    const { identity } = cloud.store;

    const project = await identity.ensureProject({ id: DEMO, name: 'demo' });
    const user = await identity.ensureUser(ALICE);

    expect(project).toEqual({ id: DEMO, name: 'demo', enabled: true });
    expect(user).toEqual({ id: USER, name: 'alice', enabled: true, default_project_id: DEMO });
    expect(await identity.ensureProject({ id: DEMO, name: 'demo' })).toEqual(project);
    expect(await identity.ensureUser(ALICE)).toEqual(user);
    expect(await identity.projects()).toEqual([project]);
  });

  test('a name belongs to one project and to one user', async () => {
    await using cloud = await freshCloud(database);
    const { identity } = await furnished(cloud);

    await expect(identity.ensureProject({ id: projectId('f'), name: 'demo' })).rejects.toThrow(DuplicateEntry);
    await expect(identity.ensureUser({ ...ALICE, id: userId('f') })).rejects.toThrow('user name "alice"');
  });

  test('only the right password of a known user is accepted, by name or by id', async () => {
    await using cloud = await freshCloud(database);
    const { identity } = await furnished(cloud);

    expect(await identity.authenticate({ name: 'alice' }, 'correct horse')).toMatchObject({ id: USER });
    expect(await identity.authenticate({ id: USER }, 'correct horse')).toMatchObject({ name: 'alice' });
    expect(await identity.authenticate({ name: 'alice' }, 'correct horse ')).toBeUndefined();
    expect(await identity.authenticate({ name: 'alice' }, '')).toBeUndefined();
    expect(await identity.authenticate({ name: 'mallory' }, 'correct horse')).toBeUndefined();
    expect(await identity.authenticate({ id: userId('alice') }, 'correct horse')).toBeUndefined();
  });

  test('a new password replaces the old one', async () => {
    await using cloud = await freshCloud(database);
    const { identity } = await furnished(cloud);

    await identity.ensureUser({ ...ALICE, password: 'battery staple' });

    expect(await identity.authenticate({ name: 'alice' }, 'correct horse')).toBeUndefined();
    expect(await identity.authenticate({ name: 'alice' }, 'battery staple')).toBeDefined();
  });

  test('roles are those granted on that project, each once', async () => {
    await using cloud = await freshCloud(database);
    const { identity } = await furnished(cloud);
    for (const role of ['reader', 'member', 'reader']) await identity.grant(USER, DEMO, role);

    expect(await identity.roles(USER, DEMO)).toEqual(['member', 'reader']);
    expect(await identity.roles(USER, OTHER)).toEqual([]);
    expect(await identity.projects({ user_id: USER })).toMatchObject([{ id: DEMO }]);
    expect(await identity.projects({ name: 'other' })).toMatchObject([{ id: OTHER }]);
    await expect(identity.grant(userId('f'), DEMO, 'reader')).rejects.toThrow(NotFound);
    await expect(identity.grant(USER, projectId('f'), 'reader')).rejects.toThrow('project "f"');
  });

  test('a token tells whose it is until it expires', async () => {
    const clock = new TestClock();
    await using cloud = await freshCloud(database, { now: clock.now });
    const { identity } = await furnished(cloud);
    await identity.grant(USER, DEMO, 'member');
    const request = { user_id: USER, project_id: DEMO, methods: ['password', 'token'], ttl_s: 60 };

    const { id, token } = await identity.issueToken(request);

    expect(token).toMatchObject({
      user: { id: USER, name: 'alice' },
      project: { id: DEMO, name: 'demo' },
      roles: ['member'],
      methods: ['password', 'token'],
      issued_at: '2026-01-01T00:00:00.000Z',
      expires_at: '2026-01-01T00:01:00.000Z',
    });
    expect(await identity.token(id)).toEqual(token);
    expect(await identity.token(`${id}x`)).toBeUndefined();
    clock.advance(59_999);
    expect(await identity.token(id)).toEqual(token);
    clock.advance(1);
    expect(await identity.token(id)).toBeUndefined();
  });

  test('a token without a project has no roles', async () => {
    await using cloud = await freshCloud(database);
    const { identity } = await furnished(cloud);
    const request = { user_id: USER, project_id: null, methods: ['password'], ttl_s: 60 };
    const { id } = await identity.issueToken(request);
    expect(await identity.token(id)).toMatchObject({ project: null, roles: [] });
  });

  test('a token that was revoked is one no more, others stay', async () => {
    await using cloud = await freshCloud(database);
    const { identity } = await furnished(cloud);
    const request = { user_id: USER, project_id: DEMO, methods: ['password'], ttl_s: 60 };
    const [a, b] = [await identity.issueToken(request), await identity.issueToken(request)];

    expect(await identity.revokeToken(a.id)).toBe(true);
    expect(await identity.revokeToken(a.id)).toBe(false);
    expect(await identity.token(a.id)).toBeUndefined();
    expect(await identity.token(b.id)).toEqual(b.token);
  });

  test('nobody gets a token for an unknown user or project', async () => {
    await using cloud = await freshCloud(database);
    const { identity } = await furnished(cloud);
    const request = { user_id: USER, project_id: DEMO, methods: [], ttl_s: 60 };
    await expect(identity.issueToken({ ...request, user_id: userId('f') })).rejects.toThrow(NotFound);
    await expect(identity.issueToken({ ...request, project_id: projectId('f') })).rejects.toThrow(NotFound);
  });
});

async function furnished({ store }: FreshCloud) {
  await store.identity.ensureProject({ id: DEMO, name: 'demo' });
  await store.identity.ensureProject({ id: OTHER, name: 'other' });
  await store.identity.ensureUser(ALICE);
  return store;
}
