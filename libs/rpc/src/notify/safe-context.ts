import type { RequestContext } from '../types.ts';

/** Keys of a context that may leave with a notification. Rule: `_sanitize_context`, oslo.messaging 14.0.3 notify/notifier.py. */
const safeKeys: ReadonlySet<string> = new Set([
  'user_id',
  'project_id',
  'domain_id',
  'user_domain_id',
  'project_domain_id',
  'is_admin',
  'request_id',
  'roles',
  'user_name',
  'project_name',
  'domain_name',
  'user_domain_name',
  'project_domain_name',
  'service_user_id',
  'service_user_domain_id',
  'service_user_domain_name',
  'service_project_id',
  'service_project_name',
  'service_project_domain_id',
  'service_project_domain_name',
  'service_roles',
  'global_request_id',
  'system_scope',
  'user',
  'domain',
  'user_domain',
  'project_domain',
]);

/** The context without what is nobody's business: tokens, catalogs, and all that is not known to be harmless. */
export function safeContext(context: RequestContext): RequestContext {
  const safe: Record<string, unknown> = {};
  for (const key of Object.keys(context)) if (safeKeys.has(key)) safe[key] = context[key];
  return safe;
}
