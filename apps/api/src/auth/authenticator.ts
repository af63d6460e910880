import type { IncomingMessage } from 'node:http';
import { SEEDED, type Store, type Token } from '@novasim/store';
import { HttpError } from '../http/errors.ts';
import { type Caller, contextOf, type Exchange } from '../http/exchange.ts';

/** Who a request without a token is, where that is allowed: the user and project that every new cloud has. */
const DEMO = {
  user_id: SEEDED.users.demo,
  user_name: 'demo',
  project_id: SEEDED.projects.demo,
  project_name: 'demo',
  roles: ['member', 'reader'],
  is_admin: false,
} as const;

/** Says who asks, by the token of the request. */
export class Authenticator {
  readonly #store: Store;
  readonly #mode: 'optional' | 'required';

  constructor(store: Store, mode: 'optional' | 'required') {
    this.#store = store;
    this.#mode = mode;
  }

  /**
   * @throws {HttpError} 401 for a token that is not good, and for none where one is required.
   */
  async callerOf(request: IncomingMessage, exchange: Exchange): Promise<Caller> {
    const id = request.headers['x-auth-token'];
    if (id === undefined || id === '') {
      if (this.#mode === 'optional') return { context: contextOf(exchange, DEMO) };
      throw loginNeeded(exchange);
    }
    const token = await this.#store.identity.token(String(id));
    if (token === undefined) throw loginNeeded(exchange);
    return { token, context: contextOf(exchange, rightsOf(token)) };
  }

  /** The caller of what needs no token. */
  nobody(exchange: Exchange): Caller {
    return { context: contextOf(exchange, {}) };
  }
}

function rightsOf({ user, project, roles }: Token) {
  return {
    user_id: user.id,
    user_name: user.name,
    project_id: project?.id ?? null,
    project_name: project?.name ?? null,
    roles,
    is_admin: roles.includes('admin'),
  };
}

/** 401 with the header that tells clients where to log in; they do so on nothing else. */
export function loginNeeded(exchange: Exchange): HttpError {
  const headers = { 'www-authenticate': `Keystone uri="${exchange.baseUrl}/identity"` };
  return new HttpError(401, 'The request you have made requires authentication.', { headers });
}
