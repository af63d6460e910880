import { randomUUID } from 'node:crypto';
import type { RequestContext } from '@novasim/rpc';

/** Who asks, in what name, under which request id: travels with every message. Keys are Nova's (nova/context.py). */
export interface NovaContext extends RequestContext {
  readonly request_id: string;
  /** The id that the client gave to span several services; null when it gave none. */
  readonly global_request_id: string | null;
  readonly user_id: string | null;
  readonly project_id: string | null;
  readonly user_name: string | null;
  readonly project_name: string | null;
  readonly roles: readonly string[];
  readonly is_admin: boolean;
  /** ISO 8601 with microseconds, UTC, without zone, as Nova writes it. */
  readonly timestamp: string;
  readonly remote_address: string | null;
  readonly read_deleted: 'no' | 'yes' | 'only';
  readonly auth_token: string | null;
}

/** `req-` and a UUID: what ties the messages and log lines of one request together. */
export function newRequestId(): string {
  return `req-${randomUUID()}`;
}

/** The context of a request; what is not given is what an anonymous request without rights has. */
export function requestContext(known: Partial<NovaContext> = {}): NovaContext {
  const { request_id = newRequestId(), ...rest } = known;
  return {
    request_id,
    global_request_id: null,
    user_id: null,
    project_id: null,
    user_name: null,
    project_name: null,
    roles: [],
    is_admin: false,
    timestamp: new Date().toISOString().replace('Z', '000'),
    remote_address: null,
    read_deleted: 'no',
    auth_token: null,
    ...rest,
  };
}

/** The context of work that nobody asked for: periodic tasks, reports. */
export function adminContext(): NovaContext {
  return requestContext({ is_admin: true });
}
