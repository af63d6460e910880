import { type InstanceUuid, instanceUuid } from '@novasim/cloud';
import { InvalidValue, MarkerNotFound } from '@novasim/store';
import { databasesUnderTest } from '@novasim/testkit';
import { DEMO, newInstance, OTHER, TINY_FLAVOR } from '@novasim/testkit/new-instance';
import { describe, expect, test } from 'vitest';
import { type FreshCloud, freshCloud, TestClock } from './fresh-cloud.ts';

const uuidsOf = (rows: readonly { uuid: InstanceUuid }[]) => rows.map(({ uuid }) => uuid);
const namesOf = (rows: readonly { display_name: string }[]) => rows.map(({ display_name }) => display_name);

describe.each(await databasesUnderTest())('lists of instances on $name', (database) => {
  test('the newest comes first, and those of one moment by their ids', async () => {
    const clock = new TestClock();
    await using cloud = await freshCloud(database, { now: clock.now });
    const older = await cloud.store.instances.create([newInstance(), newInstance(), newInstance()]);
    clock.advance(1);
    const newer = await cloud.boot();

    const listed = await cloud.store.instances.list({});

    expect(uuidsOf(listed)).toEqual([newer.uuid, ...uuidsOf(older).sort((a, b) => (a < b ? -1 : 1))]);
  });

  test.for([
    ['a project', { project_id: OTHER }, ['other']],
    ['a name by regular expression', { name: '^we.+2$' }, ['web-2']],
    ['a name by a part of it', { name: 'eb' }, ['web-2', 'web-1']],
    ['a name, case counting', { name: 'WEB' }, []],
    ['a state', { vm_states: ['active'] }, ['web-2']],
    ['several states', { vm_states: ['active', 'building'] }, ['other', 'db', 'web-2', 'web-1']],
    ['no state', { vm_states: [] }, []],
    ['no task', { task_states: [null] }, ['web-2']],
    ['a task or none', { task_states: ['scheduling', null] }, ['other', 'db', 'web-2', 'web-1']],
    ['a task', { task_states: ['spawning'] }, []],
    ['a host', { host: 'host-1' as never }, ['web-2']],
    ['an image', { image_ref: 'image-2' }, ['db']],
    ['a flavor', { flavorid: '42' }, ['db']],
    ['a reservation', { reservation_id: 'r-2' }, ['db']],
    ['the beginning of an address', { ip: '10.0.0.' }, ['web-1']],
    ['an address with a wildcard in it', { ip: '10.0._.' }, []],
    ['deleted ones', { deleted: 'yes' }, ['gone']],
    ['all', { deleted: 'any' }, ['gone', 'other', 'db', 'web-2', 'web-1']],
    ['changes since a moment', { changes_since: '2026-01-01T01:00:04+01:00', deleted: 'any' }, ['gone', 'other']],
    ['two things at once', { project_id: DEMO, name: 'web' }, ['web-2', 'web-1']],
  ] as const)('by %s', async ([, filter, names]) => {
    const clock = new TestClock();
    await using cloud = await freshCloud(database, { now: clock.now });
    await furnish(cloud, clock);

    expect(namesOf(await cloud.store.instances.list(filter))).toEqual(names);
  });

  test('by ids, of which any number may be unknown', async () => {
    await using cloud = await freshCloud(database);
    const [a, b] = [await cloud.boot(), await cloud.boot()];
    await cloud.boot();
    const unknown = Array.from({ length: 2_000 }, (_, index) => instanceUuid(`unknown-${index}`));

    const listed = await cloud.store.instances.list({ uuids: [a.uuid, ...unknown, b.uuid] });

    expect(new Set(uuidsOf(listed))).toEqual(new Set([a.uuid, b.uuid]));
    expect(await cloud.store.instances.list({ uuids: [] })).toEqual([]);
  });

  test.for([
    ['the default order', undefined],
    ['names', [{ key: 'display_name', dir: 'asc' }]],
    [
      'states, then names backwards',
      [
        { key: 'vm_state', dir: 'desc' },
        { key: 'display_name', dir: 'desc' },
      ],
    ],
    ['hosts, of which some have none', [{ key: 'host', dir: 'asc' }]],
    ['tasks, of which some have none', [{ key: 'task_state', dir: 'desc' }]],
    ['ids', [{ key: 'uuid', dir: 'desc' }]],
  ] as const)('pages by %s show every instance once', async ([, sort]) => {
    await using cloud = await freshCloud(database);
    const { instances } = cloud.store;
    const rows = Array.from({ length: 13 }, (_, index) => newInstance({ display_name: `vm-${index % 4}` }));
    for (const [index, { uuid }] of (await instances.create(rows)).entries()) {
      if (index % 3 === 0)
        await instances.save(uuid, { vm_state: 'active', task_state: null, host: 'host-1' as never });
    }
    const order = sort === undefined ? {} : { sort };
    const whole = uuidsOf(await instances.list({}, order));

    const pages: InstanceUuid[] = [];
    for (let marker: InstanceUuid | undefined; ; ) {
      const page = await instances.list({}, { ...order, limit: 5, ...(marker === undefined ? {} : { marker }) });
      pages.push(...uuidsOf(page));
      marker = page.at(-1)?.uuid;
      if (marker === undefined) break;
    }

    expect(pages).toEqual(whole);
    expect(new Set(pages).size).toBe(rows.length);
  });

  test('names are sorted by code point, whatever the language of the database', async () => {
    await using cloud = await freshCloud(database);
    for (const display_name of ['b', 'a', 'B', 'é', '_', 'A']) await cloud.boot({ display_name });

    const listed = await cloud.store.instances.list({}, { sort: [{ key: 'display_name', dir: 'asc' }] });

    expect(namesOf(listed)).toEqual(['A', 'B', '_', 'a', 'b', 'é']);
  });

  test('without a limit it is all of them, also more than a page may have', async () => {
    await using cloud = await freshCloud(database);
    const { instances } = cloud.store;
    await instances.create(Array.from({ length: 1_005 }, () => newInstance()));

    expect(await instances.list({})).toHaveLength(1_005);
    const sort = [{ key: 'uuid', dir: 'asc' }] as const;
    expect(await instances.list({}, { sort })).toHaveLength(1_005);
    const [marker] = uuidsOf(await instances.list({}, { sort, limit: 1 }));
    if (marker === undefined) throw new Error('the first page is empty');
    expect(await instances.list({}, { sort, marker })).toHaveLength(1_004);
  });

  test('a limit of nothing is an empty page', async () => {
    await using cloud = await freshCloud(database);
    await cloud.boot();
    expect(await cloud.store.instances.list({}, { limit: 0 })).toEqual([]);
  });

  test.for([
    ['an unknown marker', {}, { marker: instanceUuid('nowhere') }, MarkerNotFound, 'nowhere'],
    ['a limit below nothing', {}, { limit: -1 }, InvalidValue, 'limit -1'],
    ['a limit beyond a thousand', {}, { limit: 1_001 }, InvalidValue, 'limit 1001'],
    ['a broken regular expression', { name: '(' }, {}, InvalidValue, 'name "("'],
    ['a moment that is none', { changes_since: 'yesterday' }, {}, InvalidValue, 'changes_since "yesterday"'],
  ] as const)('%s is refused', async ([, filter, page, type, words]) => {
    await using cloud = await freshCloud(database);
    const listing = cloud.store.instances.list(filter, page);
    await expect(listing).rejects.toThrow(type);
    await expect(listing).rejects.toThrow(words);
  });

  test("another project's instance is no marker", async () => {
    await using cloud = await freshCloud(database);
    const { uuid } = await cloud.boot({ project_id: OTHER });
    const listing = cloud.store.instances.list({ project_id: DEMO }, { marker: uuid });
    await expect(listing).rejects.toThrow(MarkerNotFound);
  });
});

/** Made a second apart: web-1, web-2 (active on host-1), db, other, gone (deleted). */
async function furnish(cloud: FreshCloud, clock: TestClock): Promise<void> {
  const { instances } = cloud.store;
  const web1 = await cloud.boot({ display_name: 'web-1' });
  await cloud.plug(web1, await cloud.network('10.0.0.0/24'));
  clock.advance(1_000);
  const web2 = await cloud.boot({ display_name: 'web-2' });
  await cloud.plug(web2, await cloud.network('10.1.0.0/24'));
  await instances.save(web2.uuid, { vm_state: 'active', task_state: null, host: 'host-1' as never });
  clock.advance(1_000);
  const flavor = { ...TINY_FLAVOR, flavorid: '42' };
  await cloud.boot({ display_name: 'db', image_ref: 'image-2', flavor, reservation_id: 'r-2' });
  clock.advance(2_000);
  await cloud.boot({ display_name: 'other', project_id: OTHER });
  clock.advance(1_000);
  const gone = await cloud.boot({ display_name: 'gone' });
  await instances.destroy(gone.uuid);
}
