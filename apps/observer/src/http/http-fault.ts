/** What a client is told: a status, a sentence, and which field held what. */
export class HttpFault extends Error {
  override readonly name = 'HttpFault';
  readonly code = 'HTTP_FAULT';
  readonly status: number;
  readonly field: string | undefined;
  readonly value: unknown;

  constructor(status: number, message: string, { field, value }: { field?: string; value?: unknown } = {}) {
    super(message);
    this.status = status;
    this.field = field;
    this.value = value;
  }
}

/** 404 for one thing that is asked for by its id. */
export function unknown(what: string, field: string, value: unknown): HttpFault {
  return new HttpFault(
    404,
    `${field}: no ${what} ${JSON.stringify(value)} is known; it may have been forgotten for want of memory`,
    {
      field,
      value,
    },
  );
}
