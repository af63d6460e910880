import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCloud } from '@novasim/all-in-one';
import { until } from '@novasim/testkit';
import type { CloudView } from '@novasim/trace';
import { Person } from '../lab/person.ts';

/** A cloud in which all that the pictures show has happened. */
export interface Scene extends AsyncDisposable {
  /** Of the study pages. */
  readonly url: string;
  /** Request ids: a boot that went well, and one that was given on to another host. */
  readonly boot: string;
  readonly reschedule: string;
}

const HOSTS = ['compute1', 'compute2', 'compute3'];
const env = {
  PATH: process.env['PATH'],
  NOVASIM_LAB: '1',
  COMPUTE_HOSTS: HOSTS.join(','),
  HOST: 'cloud',
  COMPUTE_SPAWN_MS: '300',
  CAPABILITIES_MS: '500', // the picture shows what hosts tell of themselves now and then
};

/** Brings a cloud up and asks of it what the pictures show. Nothing of it is kept. */
export async function openScene(): Promise<Scene> {
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'novasim-pictures-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const cloud = opened.use(await startCloud({ databaseUrl: `sqlite:${join(folder, 'db')}`, observerPort: 0, env }));
  const { observer } = cloud;
  if (observer === undefined) throw new Error('the cloud has no observer');
  await observer.settled;
  const { url } = observer;
  const lab = (path: string, body: object) => post(`${url}/api/lab/${path}`, body);
  const inLab = async () => {
    const answer = await fetch(`${url}/api/lab`);
    return (
      answer.ok && ((await answer.json()) as { hypervisors?: readonly unknown[] }).hypervisors?.length === HOSTS.length
    );
  };
  await until(inLab, { what: 'every host is in the lab' });

  const haveTold = async () => {
    const { hosts } = (await (await fetch(`${url}/api/cloud`)).json()) as CloudView; // what its OpenAPI document says
    return hosts.length === HOSTS.length && hosts.every(({ load }) => load !== undefined);
  };
  await until(haveTold, { what: 'every host has told its load' });

  const person = new Person(cloud.api.url);
  for (const name of ['web-1', 'web-2', 'db-1']) await person.settled((await person.boot(name)).id);
  const boot = await person.boot('first');
  await person.settled(boot.id);
  for (const host of HOSTS.slice(0, 2)) await lab(`hypervisors/${host}`, { fail_next: 1 });
  const reschedule = await person.boot('second');
  await person.settled(reschedule.id);
  for (const host of HOSTS) await lab(`hypervisors/${host}`, { fail_next: 0 });
  const gone = await person.boot('old');
  await person.settled(gone.id);
  await person.delete(gone.id);
  await lab('rules', { action: 'hold', match: { side: 'publish', method: 'build_and_run_instance' } });
  await person.boot('held');
  const closing = opened.move();
  return {
    url,
    boot: boot.requestId,
    reschedule: reschedule.requestId,
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

async function post(url: string, body: object): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`POST ${url}: ${answer.status} ${await answer.text()}`);
}
