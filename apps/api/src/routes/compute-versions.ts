import { MAX_MICROVERSION, MIN_MICROVERSION } from '../http/microversion.ts';
import { type Operation, operation } from '../http/operation.ts';
import { computeVersion, computeVersions } from '../schemas/versions.ts';

const UPDATED = '2013-07-23T11:33:21Z';

/** `/compute/`: which versions there are. */
export const computeVersionsOperation: Operation = operation({
  method: 'get',
  path: '/',
  summary: 'List the versions of the compute API',
  isPublic: true,
  answers: { 200: computeVersions },
  run: ({ baseUrl }) => ({
    status: 200,
    body: {
      // v2.0, which a real Nova lists too, is not served.
      versions: [{ ...v21(), links: [{ rel: 'self', href: `${baseUrl}/v2.1/` }] }],
    },
  }),
});

/** `/compute/v2.1`: the range of microversions; clients take the lower of theirs and this. */
export const computeVersionOperation: Operation = operation({
  method: 'get',
  path: '/',
  summary: 'Show the version of this API',
  isPublic: true,
  answers: { 200: computeVersion },
  run: ({ baseUrl }) => ({
    status: 200,
    body: {
      version: {
        ...v21(),
        links: [
          { rel: 'self', href: `${baseUrl}/` },
          { rel: 'describedby', type: 'text/html', href: 'http://docs.openstack.org/' },
        ],
        'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.compute+json;version=2.1' }],
      },
    },
  }),
});

function v21() {
  return {
    id: 'v2.1',
    status: 'CURRENT',
    version: `2.${MAX_MICROVERSION}`,
    min_version: `2.${MIN_MICROVERSION}`,
    updated: UPDATED,
  };
}
