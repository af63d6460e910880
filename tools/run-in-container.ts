import { Resolver } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';

// The entry of the image: runs the service named by the first argument, under a name that people can read.
// What is behind the name is for the service.
const [service = ''] = process.argv.splice(2, 1);
process.env['HOST'] ||= await nameOnNetwork(service);
await import(new URL(`../apps/${service}/src/main.ts`, import.meta.url).href);

/**
 * `compute-2`, as compose numbers the containers of a service, asked of the engine's name server by address. It stays when a
 * container is made anew, which the container's own hostname does not: a host would come back as a stranger to its instances.
 * Empty where nobody knows (a container outside of compose); the service then takes the hostname.
 */
async function nameOnNetwork(name: string): Promise<string> {
  const address = Object.values(networkInterfaces())
    .flat()
    .find((candidate) => candidate?.family === 'IPv4' && !candidate.internal)?.address;
  if (address === undefined) return '';
  const pointer = `${address.split('.').reverse().join('.')}.in-addr.arpa`;
  const resolver = new Resolver({ timeout: 1_000, tries: 2 });
  const names = await resolver.resolvePtr(pointer).catch(() => []); // no such server, or it does not know
  return names.map((found) => new RegExp(`(?:^|[-_])(${name}[-_]\\d+)(?:\\.|$)`).exec(found)?.[1]).find(Boolean) ?? '';
}
