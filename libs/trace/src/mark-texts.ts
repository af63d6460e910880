import { at, isObject, textAt } from './json.ts';

/** `POST /servers`, and with its answer `202 POST /servers`. */
export function httpText(payload: unknown): string {
  const request = at(payload, 'request') ?? payload;
  const method = textAt(request, 'REQUEST_METHOD') ?? textAt(request, 'method') ?? '?';
  const path = textAt(request, 'PATH_INFO') ?? textAt(request, 'path') ?? '/';
  const status = String(at(payload, 'response', 'status') ?? '').slice(0, 3);
  const exception = textAt(payload, 'exception', 'value');
  const ended = status !== '' ? `${status} ` : exception === undefined ? '' : 'failed ';
  return `${ended}${method} ${path.replace(VERSION_PREFIX, '') || '/'}`;
}

/** What every path of an OpenStack API begins with: service, version, and once the project. */
const VERSION_PREFIX = /^(\/compute)?\/v\d+(\.\d+)?(\/[0-9a-f]{32})?(?=\/|$)/;

/** `h3 of 12 hosts`; before it is known, what is looked for. */
export function verdictText(event: string, payload: unknown): string {
  if (event.endsWith('.start')) return 'looking for a host';
  const host = textAt(payload, 'host');
  const hosts = at(payload, 'hosts');
  const among = typeof hosts === 'number' ? ` of ${hosts} hosts` : '';
  const alternates = at(payload, 'alternates');
  const others = Array.isArray(alternates) && alternates.length > 0 ? `, else ${alternates.join(', ')}` : '';
  return host === undefined ? 'hosts chosen' : `${host}${among}${others}`;
}

/** `NoValidHost: No valid host was found.`, and what the filters left. */
export function faultText(event: string, payload: unknown): string {
  const data = at(payload, 'nova_object.data') ?? payload;
  const fault = at(data, 'fault', 'nova_object.data') ?? at(data, 'reason', 'nova_object.data') ?? data;
  const name =
    textAt(fault, 'exception') ?? textAt(data, 'exception', 'class') ?? textAt(data, 'exception', 'kwargs', 'class');
  const message =
    textAt(fault, 'exception_message') ??
    textAt(data, 'message') ??
    textAt(data, 'reason') ??
    textAt(data, 'exception', 'kwargs', 'reason');
  const parts = [name, message].filter((part) => part !== undefined);
  const said = parts.length === 0 ? event.replace(/\.error$/, '') : parts.join(': ');
  return `${said.slice(0, MOST)}${filtersText(at(payload, 'filters'))}`;
}

const MOST = 300;

/** ` (RamFilter 12→0)`: the filters that took hosts away. */
function filtersText(filters: unknown): string {
  if (!Array.isArray(filters)) return '';
  const took = filters.filter((one) => isObject(one) && one['start'] !== one['end']);
  if (took.length === 0) return '';
  return ` (${took.map((one) => `${at(one, 'filter')} ${at(one, 'start')}→${at(one, 'end')}`).join(', ')})`;
}
