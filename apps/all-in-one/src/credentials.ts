import { randomBytes } from 'node:crypto';
import type { StateFolder } from './state-folder.ts';

/** The users that a fresh cloud has. */
const USERS = ['admin', 'demo'] as const;
type UserName = (typeof USERS)[number];

export type Passwords = Readonly<Record<UserName, string>>;

/** The passwords given by ADMIN_PASSWORD and DEMO_PASSWORD, else those of the last run, else new ones. */
export function choosePasswords(folder: StateFolder, env: NodeJS.ProcessEnv): Passwords {
  const choose = (user: UserName, variable: string) =>
    env[variable] || passwordIn(folder.read(fileOf(user))) || randomBytes(12).toString('base64url');
  return { admin: choose('admin', 'ADMIN_PASSWORD'), demo: choose('demo', 'DEMO_PASSWORD') };
}

/**
 * Writes for each user a file that a shell can source before it runs the `openstack` command; readable by this user only,
 * because it holds the password, which is shown nowhere else.
 */
export function writeOpenrc(folder: StateFolder, apiUrl: string, passwords: Passwords): void {
  for (const user of USERS) {
    const variables = {
      OS_AUTH_URL: `${apiUrl}/identity/v3`,
      OS_USERNAME: user,
      OS_PASSWORD: passwords[user],
      OS_PROJECT_NAME: user,
      OS_USER_DOMAIN_ID: 'default',
      OS_PROJECT_DOMAIN_ID: 'default',
      OS_REGION_NAME: 'RegionOne',
      OS_IDENTITY_API_VERSION: '3',
    };
    const lines = Object.entries(variables).map(([name, value]) => `export ${name}=${quote(value)}\n`);
    folder.write(fileOf(user), lines.join(''));
  }
}

const fileOf = (user: UserName) => (user === 'demo' ? 'openrc' : `${user}-openrc`);

function passwordIn(openrc: string | undefined): string | undefined {
  const quoted = /^export OS_PASSWORD='(.*)'$/m.exec(openrc ?? '')?.[1];
  return quoted?.replaceAll(`'\\''`, `'`);
}

function quote(text: string): string {
  return `'${text.replaceAll(`'`, `'\\''`)}'`;
}
