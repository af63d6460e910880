import type { Project, Token } from '@novasim/store';
import { catalogView, DOMAIN, idOf } from './catalog.ts';

/** A token as keystone shows it; what belongs to a project is absent when it has none. */
export function tokenView(token: Token, baseUrl: string, withCatalog: boolean) {
  const { user, project } = token;
  return {
    methods: token.methods,
    user: { domain: DOMAIN, id: user.id, name: user.name, password_expires_at: null },
    audit_ids: [token.audit_id],
    expires_at: inMicrosZ(token.expires_at),
    issued_at: inMicrosZ(token.issued_at),
    ...(project === null
      ? {}
      : {
          project: { domain: DOMAIN, id: project.id, name: project.name },
          is_domain: false,
          roles: token.roles.map(roleView),
          ...(withCatalog ? { catalog: catalogView(baseUrl) } : {}),
        }),
  };
}

export function roleView(name: string) {
  return { id: idOf(`role ${name}`), name };
}

export function projectView({ id, name, enabled }: Project, baseUrl: string) {
  return {
    id,
    name,
    domain_id: DOMAIN.id,
    description: '',
    enabled,
    parent_id: DOMAIN.id,
    is_domain: false,
    tags: [],
    options: {},
    links: { self: `${baseUrl}/identity/v3/projects/${id}` },
  };
}

/** The links of every list of keystone's; there are no pages. */
export function listLinks(self: string) {
  return { next: null, self, previous: null };
}

/** `2026-11-20T09:01:11.000000Z` */
function inMicrosZ(iso: string): string {
  return `${iso.slice(0, 19)}.000000Z`;
}
