import { z } from 'zod';
import { link } from './words.ts';

const version = z.strictObject({
  id: z.string(),
  status: z.string(),
  version: z.string(),
  min_version: z.string(),
  updated: z.string(),
  links: z.array(link.extend({ type: z.string().optional() })),
});
const mediaTypes = z.array(z.strictObject({ base: z.string(), type: z.string() }));

export const computeVersions = z.strictObject({ versions: z.array(version) });
export const computeVersion = z.strictObject({ version: version.extend({ 'media-types': mediaTypes }) });

const identity = z.strictObject({
  id: z.string(),
  status: z.string(),
  updated: z.string(),
  links: z.array(link),
  'media-types': mediaTypes,
});
export const identityVersions = z.strictObject({ versions: z.strictObject({ values: z.array(identity) }) });
export const identityVersion = z.strictObject({ version: identity });

export const plainVersions = z.strictObject({
  versions: z.array(z.strictObject({ id: z.string(), status: z.string(), links: z.array(link) })),
});
