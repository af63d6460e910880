import { type ProjectId, projectId, userId } from '@novasim/cloud';
import type { Project, Store, Token, User } from '@novasim/store';
import { HttpError } from '../http/errors.ts';
import type { AuthRequest } from '../schemas/identity.ts';
import { DOMAIN } from '../views/catalog.ts';

/** Who somebody has shown to be, and until when that is good. */
interface Proof {
  readonly user: User;
  readonly methods: readonly string[];
  /** A token got by a token ends with it. */
  readonly expiresAt: string | undefined;
}

/**
 * Issues a token for what POST /v3/auth/tokens asks: by password or by token, for a project or for none.
 * Undefined: not that way. Why is never said, so that nobody learns which users and projects there are.
 * @throws {HttpError} 400 for a request that asks in no known way.
 */
export async function login(
  store: Store,
  auth: AuthRequest,
  ttlS: number,
): Promise<{ id: string; token: Token } | undefined> {
  const proof = await proofOf(store, auth);
  if (proof === undefined) return undefined;
  const scope = await scopeOf(store, auth, proof.user);
  if (scope === undefined) return undefined;
  if (scope !== null && (await store.identity.roles(proof.user.id, scope)).length === 0) return undefined;

  const leftS =
    proof.expiresAt === undefined ? ttlS : Math.max(1, Math.floor((Date.parse(proof.expiresAt) - Date.now()) / 1_000));
  return store.identity.issueToken({
    user_id: proof.user.id,
    project_id: scope,
    methods: proof.methods,
    ttl_s: Math.min(ttlS, leftS),
  });
}

async function proofOf(store: Store, { identity }: AuthRequest): Promise<Proof | undefined> {
  const [method, ...others] = identity.methods;
  if (others.length > 0 || (method !== 'password' && method !== 'token')) return undefined;

  if (method === 'token') {
    if (identity.token === undefined) throw missing('token');
    const token = await store.identity.token(identity.token.id);
    if (token === undefined) return undefined;
    return { user: token.user, methods: [...new Set([...token.methods, 'token'])], expiresAt: token.expires_at };
  }
  const asked = identity.password?.user;
  if (asked === undefined) throw missing('password');
  const { id, name, password } = asked;
  if (password === undefined) throw missing('password');
  if (id === undefined && name === undefined) throw missing('name');
  if (id === undefined && !isDefault(asked.domain)) return undefined;
  const who = id === undefined ? { name: name ?? '' } : { id: userId(id) };
  const user = await store.identity.authenticate(who, password);
  return user === undefined ? undefined : { user, methods: ['password'], expiresAt: undefined };
}

/** The project's id; null for none; undefined for what there is not. */
async function scopeOf(store: Store, { scope }: AuthRequest, user: User): Promise<ProjectId | null | undefined> {
  if (scope === 'unscoped') return null;
  if (scope === undefined) return user.default_project_id;
  if (scope.project === undefined) return undefined; // nobody has roles on a domain or on the system
  const { id, name, domain } = scope.project;
  if (id !== undefined) return enabled(await store.identity.projects({ user_id: user.id }), ({ id: it }) => it === id);
  if (name === undefined) throw missing('name');
  if (!isDefault(domain)) return undefined;
  return enabled(await store.identity.projects({ user_id: user.id, name }), (project) => project.name === name);
}

function enabled(projects: readonly Project[], is: (project: Project) => boolean): ProjectId | undefined {
  const project = projects.find((one) => one.enabled && is(one));
  return project === undefined ? undefined : projectId(project.id);
}

function isDefault(domain: { id?: string | undefined; name?: string | undefined } | undefined): boolean {
  return domain?.id === DOMAIN.id || domain?.name === DOMAIN.name;
}

function missing(property: string): HttpError {
  return new HttpError(400, `'${property}' is a required property`);
}
