import { hostName, type Instance } from '@novasim/cloud';
import { FixedIpAlreadyInUse, InstanceNotFound, NetworkAPI, NetworkNotFound, NoMoreFixedIps } from '@novasim/rpcapi';
import { SEEDED } from '@novasim/store';
import { openStage, type Stage } from '@novasim/testkit';
import { expect, test } from 'vitest';
import { readConfig, startNetwork } from '../src/service.ts';

async function network(stage: Stage) {
  await stage.start(readConfig, startNetwork);
  const api = new NetworkAPI(stage.transport);
  const allocate = ({ uuid, project_id }: Instance, ...networks: { network_id: string; fixed_ip?: string }[]) =>
    api.allocate_for_instance(
      {},
      { instance_uuid: uuid, project_id, host: hostName('h1'), requested_networks: networks },
    );
  return { api, allocate };
}

const DEMO = { network_id: SEEDED.networks.demo };

function tiny(stage: Stage, cidr: string) {
  return stage.store.networks.create({ name: 'tiny', project_id: SEEDED.projects.demo, shared: true, cidr });
}

test('an instance gets an address and a MAC on each network, in the order it asked', async () => {
  await using stage = await openStage();
  const { allocate } = await network(stage);
  const second = await tiny(stage, '192.168.7.0/29');
  const vifs = await allocate(await stage.newBuild(), DEMO, { network_id: second.id, fixed_ip: '192.168.7.5' });
  expect(vifs).toMatchObject([
    { network: { label: 'demo' }, fixed_ips: [{ address: '10.0.0.2', version: 4 }] },
    { network: { label: 'tiny' }, fixed_ips: [{ address: '192.168.7.5', version: 4 }] },
  ]);
  for (const { address } of vifs) expect(address).toMatch(/^fa:16:3e(:[0-9a-f]{2}){3}$/);
});

test('when one network cannot be had, none is: nothing stays allocated', async () => {
  await using stage = await openStage();
  const { allocate } = await network(stage);
  const { id: network_id } = await tiny(stage, '192.168.7.0/30'); // one address beside the gateway
  await allocate(await stage.newBuild(), { network_id });
  const before = await stage.store.networks.ports();
  await expect(allocate(await stage.newBuild(), DEMO, { network_id })).rejects.toThrow(NoMoreFixedIps);
  expect(await stage.store.networks.ports()).toEqual(before);
});

test('a request that is delivered twice, or comes from the next host, leaves the instance with one port on each network', async () => {
  await using stage = await openStage();
  const { api, allocate } = await network(stage);
  const { id: network_id } = await tiny(stage, '192.168.7.0/30'); // one address beside the gateway
  const instance = await stage.newBuild();
  await allocate(instance, DEMO, { network_id });

  const vifs = await allocate(instance, DEMO, { network_id }); // nobody has freed the first ones

  expect(vifs).toMatchObject([{ network: { label: 'demo' } }, { network: { label: 'tiny' } }]);
  const ports = await stage.store.networks.ports({ device_ids: [instance.uuid] });
  expect(ports.map(({ id }) => id)).toEqual(vifs.map(({ id }) => id));
  await api.deallocate_for_instance({}, { instance_uuid: instance.uuid, project_id: instance.project_id, host: null });
  expect(await stage.store.networks.ports()).toEqual([]);
});

test('what cannot be allocated is said in Nova’s words', async () => {
  await using stage = await openStage();
  const { allocate } = await network(stage);
  const instance = await stage.newBuild();
  const missing = '00000000-0000-4000-8000-000000000000';
  await expect(allocate(instance, { network_id: missing })).rejects.toThrow(NetworkNotFound);
  await expect(allocate(instance, { ...DEMO, fixed_ip: '10.99.0.1' })).rejects.toThrow(FixedIpAlreadyInUse);
  await allocate(instance, { ...DEMO, fixed_ip: '10.0.0.9' });
  await expect(allocate(await stage.newBuild(), { ...DEMO, fixed_ip: '10.0.0.9' })).rejects.toThrow(
    'Fixed IP 10.0.0.9 cannot be used',
  );
});

test('an instance that is no build any more gets no address', async () => {
  await using stage = await openStage();
  const { allocate } = await network(stage);
  const failed = await stage.newBuild();
  await stage.store.instances.save(failed.uuid, { vm_state: 'error' });
  await expect(allocate(failed, DEMO)).rejects.toThrow(InstanceNotFound);
  const deleted = await stage.newBuild();
  await stage.store.instances.destroy(deleted.uuid);
  await expect(allocate(deleted, DEMO)).rejects.toThrow(InstanceNotFound);
  expect(await stage.store.networks.ports()).toEqual([]);
});

test('freeing takes every address of the instance, and twice is harmless', async () => {
  await using stage = await openStage();
  const { api, allocate } = await network(stage);
  const instance = await stage.newBuild();
  await allocate(instance, DEMO, DEMO);
  const args = { instance_uuid: instance.uuid, project_id: instance.project_id, host: null };
  await api.deallocate_for_instance({}, args);
  await api.deallocate_for_instance({}, args);
  expect(await stage.store.networks.ports()).toEqual([]);
});
