import { type Operation, operation } from '../http/operation.ts';
import { plainVersions } from '../schemas/versions.ts';

/** The version document of a service whose address carries none: clients append `v2/` and `v2.0/` themselves. */
function versionsOperation(
  status: 200 | 300,
  path: string,
  versions: readonly { readonly id: string; readonly status: string; readonly path: string }[],
): Operation {
  return operation({
    method: 'get',
    path,
    summary: 'List the versions of this API',
    isPublic: true,
    answers: { [status]: plainVersions },
    run: ({ baseUrl }) => ({
      status,
      body: {
        versions: versions.map((version) => ({
          id: version.id,
          status: version.status,
          links: [{ rel: 'self', href: `${baseUrl}${version.path}` }],
        })),
      },
    }),
  });
}

const IMAGE = [
  { id: 'v2.1', status: 'CURRENT', path: '/v2/' },
  { id: 'v2.0', status: 'SUPPORTED', path: '/v2/' },
];
const NETWORK = [{ id: 'v2.0', status: 'CURRENT', path: '/v2.0/' }];

export const imageVersions: readonly Operation[] = [
  versionsOperation(300, '/', IMAGE),
  versionsOperation(200, '/versions', IMAGE),
];
export const networkVersions: readonly Operation[] = [versionsOperation(200, '/', NETWORK)];
