import type { HttpError } from './errors.ts';

/** Which part of the cloud a path belongs to: it decides the shape of errors. */
export type ServiceType = 'compute' | 'identity' | 'image' | 'network';

/** The body of an error, as the real service of that type writes it. */
export function envelope(service: ServiceType, error: HttpError): object {
  const { status: code, message } = error;
  const title = TITLES[code] ?? 'Error';
  // The token filter stands before every service, so 401 looks the same everywhere.
  if (service === 'identity' || code === 401) return { error: { code, message, title } };
  if (service === 'image') return { message, code: `${code} ${title}`, title };
  if (service === 'network') {
    return { NeutronError: { type: error.type ?? NEUTRON_TYPES[code] ?? 'HTTPError', message, detail: '' } };
  }
  return { [FAULT_NAMES[code] ?? 'computeFault']: { code, message } };
}

/** Nova's names (nova/api/openstack/wsgi.py, Fault._fault_names). */
const FAULT_NAMES: Readonly<Record<number, string>> = {
  400: 'badRequest',
  403: 'forbidden',
  404: 'itemNotFound',
  405: 'badMethod',
  409: 'conflictingRequest',
  413: 'overLimit',
  415: 'badMediaType',
  429: 'overLimit',
  501: 'notImplemented',
  503: 'serviceUnavailable',
};

const NEUTRON_TYPES: Readonly<Record<number, string>> = {
  400: 'HTTPBadRequest',
  403: 'PolicyNotAuthorized',
  404: 'HTTPNotFound',
  405: 'HTTPMethodNotAllowed',
  500: 'HTTPInternalServerError',
  503: 'HTTPServiceUnavailable',
};

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  409: 'Conflict',
  413: 'Request Entity Too Large',
  415: 'Unsupported Media Type',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};
