import type { IncomingHttpHeaders } from 'node:http';
import { badRequest, HttpError } from './errors.ts';

/** The minor number of compute's `2.x`. The greatest one is raised only as far as everything that is served is right. */
export type Microversion = number;
export const MIN_MICROVERSION: Microversion = 1;
export const MAX_MICROVERSION: Microversion = 18;

/**
 * Which microversion a request asks for: `OpenStack-API-Version: compute 2.9` (one of a list), the older
 * `X-OpenStack-Nova-API-Version: 2.9`, `latest`, or 2.1 when it asks for none.
 * @throws {HttpError} 400 when it is none, 406 when it is not served.
 */
export function microversionOf(headers: IncomingHttpHeaders): Microversion {
  const text = askedFor(headers);
  if (text === undefined) return MIN_MICROVERSION;
  if (text === 'latest') return MAX_MICROVERSION;
  const [, major, minor] = /^([1-9]\d*)\.([1-9]\d*|0)$/.exec(text) ?? [];
  if (major === undefined || minor === undefined) {
    throw badRequest(`API Version String ${text} is of invalid format. Must be of format MajorNum.MinorNum.`);
  }
  const version = Number(minor);
  if (major !== '2' || version < MIN_MICROVERSION || version > MAX_MICROVERSION) {
    const range = `Minimum is 2.${MIN_MICROVERSION} and maximum is 2.${MAX_MICROVERSION}.`;
    throw new HttpError(406, `Version ${text} is not supported by the API. ${range}`, {
      headers: versionHeaders(text),
    });
  }
  return version;
}

/** The headers that name the microversion of an answer. */
export function microversionHeaders(version: Microversion): Readonly<Record<string, string>> {
  return HEADERS[version] ?? versionHeaders(`2.${version}`);
}

const HEADERS = Array.from({ length: MAX_MICROVERSION + 1 }, (_, minor) => versionHeaders(`2.${minor}`));

function versionHeaders(text: string): Readonly<Record<string, string>> {
  return {
    'openstack-api-version': `compute ${text}`,
    'x-openstack-nova-api-version': text,
    vary: 'OpenStack-API-Version, X-OpenStack-Nova-API-Version',
  };
}

function askedFor(headers: IncomingHttpHeaders): string | undefined {
  const list = String(headers['openstack-api-version'] ?? '');
  for (const entry of list.split(',')) {
    const [service, version] = entry.trim().split(/\s+/);
    if (service?.toLowerCase() === 'compute' && version !== undefined) return version.toLowerCase();
  }
  const older = headers['x-openstack-nova-api-version'];
  return older === undefined ? undefined : String(older).trim().toLowerCase();
}
