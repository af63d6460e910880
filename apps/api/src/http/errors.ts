/** An answer other than success, said where it is known; each service of the api dresses it in its own envelope. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Neutron's class of error. */
  readonly type: string | undefined;

  constructor(
    status: number,
    message: string,
    {
      headers = {},
      type,
      ...options
    }: ErrorOptions & { headers?: Readonly<Record<string, string>>; type?: string } = {},
  ) {
    super(message, options);
    this.status = status;
    this.headers = headers;
    this.type = type;
  }
}

export const badRequest = (message: string) => new HttpError(400, message);
export const unauthorized = () => new HttpError(401, 'The request you have made requires authentication.');
export const forbidden = (message: string) => new HttpError(403, message);
/** A policy of Nova that the roles do not meet. */
export const deniedByPolicy = (rule: string) => forbidden(`Policy doesn't allow ${rule} to be performed.`);
export const notFound = (message = 'The resource could not be found.') => new HttpError(404, message);
export const conflict = (message: string) => new HttpError(409, message);
export const unavailable = (message: string, options?: ErrorOptions) =>
  new HttpError(503, message, { ...options, headers: { 'retry-after': '1' } });
