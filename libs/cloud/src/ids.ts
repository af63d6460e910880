/**
 * Names that are easily swapped are branded: a function that wants an instance does not take a host. Their text forms are
 * Nova's: UUIDs with dashes for instances, images and ports; 32 hex digits for projects and users; `req-` + UUID.
 */
declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type InstanceUuid = Branded<'instance'>;
export type HostName = Branded<'host'>;
export type ProjectId = Branded<'project'>;
export type UserId = Branded<'user'>;

/** Names a text as what it is. No check: whoever reads outside input checks first. */
export const instanceUuid = (text: string): InstanceUuid => text as InstanceUuid;
export const hostName = (text: string): HostName => text as HostName;
export const projectId = (text: string): ProjectId => text as ProjectId;
export const userId = (text: string): UserId => text as UserId;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a text is a UUID as OpenStack writes one: lower case, with dashes. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}
