import { maskPassword } from '@novasim/service';
import type { Cloud } from './cloud.ts';

export interface WelcomeFacts {
  readonly authMode: string;
  readonly seconds: number;
  /** Where the openrc files are. */
  readonly folder: string;
}

/** What a person needs to begin: where everything listens and what to type. A test runs the commands as they stand. */
export async function welcome(cloud: Cloud, { authMode, seconds, folder }: WelcomeFacts): Promise<string> {
  const { api, broker, databaseUrl, mode, observer } = cloud;
  const isOpen = authMode !== 'required';
  return `
novasim is ready after ${seconds.toFixed(1)} s (${mode === 'processes' ? 'a process for each service' : 'all in one process'})

  API       ${api.url}
${observer === undefined ? '' : `  STUDY     ${observer.url} (who calls whom, as it happens)\n`}  BROKER    ${broker.kind === 'embedded' ? `${broker.url} (embedded)` : maskPassword(broker.url)}
  DATABASE  ${maskPassword(databaseUrl)}
  AUTH      ${isOpen ? 'optional: a request without a token acts as the project demo' : 'required: every request needs a token'}
            for the openstack command:  . ${folder}/openrc

Boot an instance, look at it, delete it:

${(isOpen ? await curlCommands(api.url) : openstackCommands(folder)).map((line) => `  ${line}\n`).join('')}
Ctrl-C stops everything.

`;
}

async function curlCommands(apiUrl: string): Promise<readonly string[]> {
  const servers = `${apiUrl}/compute/v2.1/servers`;
  const body = { server: { name: 'first', flavorRef: '1', imageRef: await smallestImage(apiUrl) } };
  return [
    `id=$(curl -s ${servers} -H 'content-type: application/json' \\`,
    `  -d '${JSON.stringify(body)}' | sed 's/.*"id":"\\([^"]*\\)".*/\\1/')`,
    `curl -s ${servers}/$id`,
    `curl -s -X DELETE ${servers}/$id`,
  ];
}

function openstackCommands(folder: string): readonly string[] {
  return [
    `. ${folder}/openrc`,
    'openstack server create --flavor m1.tiny --image cirros-0.6.2-x86_64-disk --network demo --wait first',
    'openstack server delete --wait first',
  ];
}

/** The image to show a boot with: the API's list knows its size, and an empty cloud has none. */
async function smallestImage(apiUrl: string): Promise<string> {
  const response = await fetch(`${apiUrl}/image/v2/images`);
  const { images } = (await response.json()) as { images: readonly { id: string; size?: number | null }[] }; // Glance's list
  const [smallest] = images.toSorted((a, b) => (a.size ?? 0) - (b.size ?? 0));
  return smallest?.id ?? 'IMAGE';
}
