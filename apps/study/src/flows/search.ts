import { isUuid } from '@novasim/cloud';

/** What a person seems to look for, said beside the field so that they know what was understood. */
export function searchedFor(text: string): string {
  const wanted = text.trim();
  if (wanted === '') return '';
  if (wanted.startsWith('req-')) return 'request id';
  if (isUuid(wanted)) return 'instance';
  if (/^[0-9a-f]{32}$/.test(wanted)) return 'msg_id';
  if (/^[a-z]+(_[a-z0-9]+)+$/.test(wanted)) return 'method';
  return 'any words';
}
