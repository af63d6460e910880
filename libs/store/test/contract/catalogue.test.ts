import { DuplicateEntry, openStore, SEEDED, seed } from '@novasim/store';
import { databasesUnderTest, freshDatabase } from '@novasim/testkit';
import { TINY_FLAVOR } from '@novasim/testkit/new-instance';
import { describe, expect, test } from 'vitest';
import { freshCloud } from './fresh-cloud.ts';

const IMAGE = {
  id: 'c1000000-0000-4000-8000-0000000000ff',
  name: 'tiny',
  status: 'active',
  visibility: 'public',
  owner: 'o',
  min_disk: 1,
  min_ram: 64,
  size: 5_000_000_000,
  disk_format: 'qcow2',
  container_format: 'bare',
  checksum: 'c',
  os_hash_value: 'h',
  protected: true,
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-02T00:00:00.000Z',
  properties: { os_distro: 'cirros' },
} as const;

describe.each(await databasesUnderTest())('flavors, images and seeds on $name', (database) => {
  test('a flavor is kept as it was made, under an id and a name of its own', async () => {
    await using cloud = await freshCloud(database);
    const { flavors } = cloud.store;
    await flavors.create(TINY_FLAVOR);
    const other = { ...TINY_FLAVOR, flavorid: '2', name: 'other', is_public: false, description: 'large' };
    await flavors.create(other);

    expect(await flavors.get('1')).toEqual(TINY_FLAVOR);
    expect(await flavors.get('9')).toBeUndefined();
    expect(await flavors.list()).toEqual([TINY_FLAVOR, other]);
    await expect(flavors.create({ ...TINY_FLAVOR, name: 'x' })).rejects.toThrow('flavor id "1" exists already');
    await expect(flavors.create({ ...TINY_FLAVOR, flavorid: 'x' })).rejects.toThrow('flavor name "m1.tiny"');
  });

  test('an image is kept as it was made, under an id of its own', async () => {
    await using cloud = await freshCloud(database);
    const { images } = cloud.store;
    await images.create(IMAGE);

    expect(await images.get(IMAGE.id)).toEqual(IMAGE);
    expect(await images.get('unknown')).toBeUndefined();
    expect(await images.list()).toEqual([IMAGE]);
    await expect(images.create(IMAGE)).rejects.toThrow(DuplicateEntry);
  });

  test('seeding by several at once makes everything once, and keeps what is there', async () => {
    await using empty = await freshDatabase(database);
    await using opened = new AsyncDisposableStack();
    const passwords = { admin: 'a-secret', demo: 'd-secret' };
    const stores = await Promise.all(Array.from({ length: 4 }, async () => opened.use(await openStore(empty.url))));
    await Promise.all(stores.map((store) => seed(store, { passwords })));
    const [store] = stores;
    if (store === undefined) throw new Error('four were opened');

    const flavors = await store.flavors.list();
    expect(
      flavors.map(({ flavorid, name, vcpus, memory_mb, root_gb }) => [flavorid, name, vcpus, memory_mb, root_gb]),
    ).toEqual([
      ['1', 'm1.tiny', 1, 512, 1],
      ['2', 'm1.small', 1, 2_048, 20],
      ['3', 'm1.medium', 2, 4_096, 40],
      ['4', 'm1.large', 4, 8_192, 80],
      ['42', 'm1.nano', 1, 64, 0],
      ['5', 'm1.xlarge', 8, 16_384, 160],
    ]);
    const images = (await store.images.list()).map(({ name }) => name);
    expect(new Set(images)).toEqual(new Set(['cirros-0.6.2-x86_64-disk', 'debian-13', 'ubuntu-24.04']));
    expect(await store.networks.list({ project_id: SEEDED.projects.demo })).toMatchObject([
      { id: SEEDED.networks.demo, name: 'demo', shared: true, subnets: [{ cidr: '10.0.0.0/20' }] },
    ]);

    const { identity } = store;
    const { projects, users } = SEEDED;
    expect((await identity.projects()).map(({ name }) => name)).toEqual(['admin', 'demo']);
    expect(await identity.roles(users.admin, projects.demo)).toEqual(['admin', 'member', 'reader']);
    expect(await identity.roles(users.admin, projects.admin)).toEqual(['admin', 'member', 'reader']);
    expect(await identity.roles(users.demo, projects.demo)).toEqual(['member', 'reader']);
    expect(await identity.roles(users.demo, projects.admin)).toEqual([]);
    expect(await identity.authenticate({ name: 'admin' }, passwords.admin)).toMatchObject({ id: users.admin });
    expect(await identity.authenticate({ name: 'demo' }, passwords.demo)).toMatchObject({ id: users.demo });

    await seed(store, { passwords: { ...passwords, demo: 'changed' } });
    expect(await store.flavors.list()).toEqual(flavors);
    expect(await identity.authenticate({ name: 'demo' }, passwords.demo)).toBeUndefined();
    expect(await identity.authenticate({ name: 'demo' }, 'changed')).toBeDefined();
  });

  test('the ids of seeded projects and users are 32 hex digits, as keystone has them', () => {
    for (const id of [...Object.values(SEEDED.projects), ...Object.values(SEEDED.users)]) {
      expect(id).toMatch(/^[0-9a-f]{32}$/);
    }
  });
});
