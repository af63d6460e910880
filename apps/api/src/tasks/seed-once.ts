import { randomBytes } from 'node:crypto';
import { SEEDED, type Store, seed } from '@novasim/store';
import type { ApiConfig } from '../config.ts';

type Passwords = Pick<ApiConfig, 'adminPassword' | 'demoPassword'>;

/**
 * Fills a new cloud. A user whose password is not given gets a random one that is told to nobody; in a cloud that is there
 * already, only passwords that are given change.
 */
export async function seedOnce(store: Store, { adminPassword, demoPassword }: Passwords): Promise<void> {
  const { users, projects, networks } = SEEDED;
  // The network is what seeding makes last.
  if ((await store.networks.get(networks.demo)) === undefined) {
    const random = () => randomBytes(18).toString('base64url');
    await seed(store, { passwords: { admin: adminPassword ?? random(), demo: demoPassword ?? random() } });
    return;
  }
  const given = { admin: adminPassword, demo: demoPassword };
  for (const name of ['admin', 'demo'] as const) {
    const password = given[name];
    if (password === undefined) continue;
    await store.identity.ensureUser({ id: users[name], name, password, default_project_id: projects[name] });
  }
}
