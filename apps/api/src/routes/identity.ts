import { userId } from '@novasim/cloud';
import type { Store } from '@novasim/store';
import { loginNeeded } from '../auth/authenticator.ts';
import { login } from '../auth/login.ts';
import { forbidden, notFound, unauthorized } from '../http/errors.ts';
import { type ApiRequest, type Operation, operation } from '../http/operation.ts';
import {
  authRequest,
  catalogAnswer,
  projectAnswer,
  projectsAnswer,
  projectsQuery,
  tokenAnswer,
} from '../schemas/identity.ts';
import { identityVersion, identityVersions } from '../schemas/versions.ts';
import { catalogView } from '../views/catalog.ts';
import { listLinks, projectView, tokenView } from '../views/identity.ts';

export interface IdentityDeps {
  readonly store: Store;
  readonly tokenTtlS: number;
}

/** `/identity/`: which versions there are, with status 300 as keystone's. */
export const identityVersionsOperation: Operation = operation({
  method: 'get',
  path: '/',
  summary: 'List the versions of the identity API',
  isPublic: true,
  answers: { 300: identityVersions },
  run: ({ baseUrl }) => ({
    status: 300,
    headers: { location: `${baseUrl}/v3/` },
    body: { versions: { values: [versionView(`${baseUrl}/v3/`)] } },
  }),
});

/** `/identity/v3`: tokens, the catalog, and the projects one may work in. */
export function identityOperations({ store, tokenTtlS }: IdentityDeps): readonly Operation[] {
  return [
    operation({
      method: 'get',
      path: '/',
      summary: 'Show the version of this API',
      isPublic: true,
      answers: { 200: identityVersion },
      run: ({ baseUrl }) => ({ status: 200, body: { version: versionView(`${baseUrl}/`) } }),
    }),
    operation({
      method: 'post',
      path: '/auth/tokens',
      summary: 'Log in: the token is in X-Subject-Token',
      isPublic: true,
      body: authRequest,
      answers: { 201: tokenAnswer },
      async run({ body, exchange, rawQuery }) {
        const issued = await login(store, body.auth, tokenTtlS);
        if (issued === undefined) throw loginNeeded(exchange);
        const token = tokenView(issued.token, exchange.baseUrl, !rawQuery.has('nocatalog'));
        return { status: 201, headers: { 'x-subject-token': issued.id, vary: 'X-Auth-Token' }, body: { token } };
      },
    }),
    operation({
      method: 'get',
      path: '/auth/tokens',
      summary: 'Show the token named by X-Subject-Token',
      answers: { 200: tokenAnswer },
      async run(request) {
        const { id, token } = await subjectOf(store, request);
        const { exchange, rawQuery } = request;
        const body = { token: tokenView(token, exchange.baseUrl, !rawQuery.has('nocatalog')) };
        return { status: 200, headers: { 'x-subject-token': id, vary: 'X-Auth-Token' }, body };
      },
    }),
    operation({
      method: 'delete',
      path: '/auth/tokens',
      summary: 'Revoke the token named by X-Subject-Token',
      answers: { 204: undefined },
      async run(request) {
        const { id } = await subjectOf(store, request);
        await store.identity.revokeToken(id);
        return { status: 204 };
      },
    }),
    operation({
      method: 'get',
      path: '/auth/catalog',
      summary: 'List the services of the cloud and where they are',
      answers: { 200: catalogAnswer },
      run: ({ exchange: { baseUrl } }) => ({
        status: 200,
        body: { catalog: catalogView(baseUrl), links: listLinks(`${baseUrl}/identity/v3/auth/catalog`) },
      }),
    }),
    ...projectOperations(store),
  ];
}

function projectOperations(store: Store): readonly Operation[] {
  const own = async ({ caller }: ApiRequest<unknown, unknown>) => {
    const { user_id, is_admin } = caller.context;
    if (is_admin) return store.identity.projects();
    return user_id === null ? [] : store.identity.projects({ user_id: userId(user_id) });
  };
  return [
    operation({
      method: 'get',
      path: '/auth/projects',
      summary: 'List the projects that the caller may work in',
      answers: { 200: projectsAnswer },
      async run({ caller, exchange: { baseUrl } }) {
        const { user_id } = caller.context;
        if (user_id === null) throw unauthorized();
        const projects = await store.identity.projects({ user_id: userId(user_id) });
        const links = listLinks(`${baseUrl}/identity/v3/auth/projects`);
        return { status: 200, body: { projects: projects.map((one) => projectView(one, baseUrl)), links } };
      },
    }),
    operation({
      method: 'get',
      path: '/projects',
      summary: 'List projects: all for administrators, else those of the caller',
      query: projectsQuery,
      answers: { 200: projectsAnswer },
      async run(request) {
        const { name, domain_id = 'default' } = request.query;
        const { baseUrl } = request.exchange;
        const projects = (await own(request)).filter(
          (one) => domain_id === 'default' && (name === undefined || one.name === name),
        );
        const links = listLinks(`${baseUrl}/identity/v3/projects`);
        return { status: 200, body: { projects: projects.map((one) => projectView(one, baseUrl)), links } };
      },
    }),
    operation({
      method: 'get',
      path: '/projects/{id}',
      summary: 'Show a project',
      answers: { 200: projectAnswer },
      async run(request) {
        const id = request.params['id'] ?? '';
        const project = (await own(request)).find((one) => one.id === id);
        if (project === undefined) throw notFound(`Could not find project: ${id}.`);
        return { status: 200, body: { project: projectView(project, request.exchange.baseUrl) } };
      },
    }),
  ];
}

/** The token that X-Subject-Token names, if it is the caller's own or the caller is an administrator. */
async function subjectOf(store: Store, { headers, caller }: ApiRequest<unknown, unknown>) {
  const id = headers['x-subject-token'];
  const token = typeof id === 'string' ? await store.identity.token(id) : undefined;
  if (typeof id !== 'string' || token === undefined) throw notFound('Could not find the token.');
  const { user_id, is_admin } = caller.context;
  if (!is_admin && token.user.id !== user_id) {
    throw forbidden('You are not authorized to perform the requested action: identity:validate_token.');
  }
  return { id, token };
}

function versionView(self: string) {
  return {
    id: 'v3.14',
    status: 'stable',
    updated: '2020-04-07T00:00:00Z',
    links: [{ rel: 'self', href: self }],
    'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.identity-v3+json' }],
  };
}
