/** A broker's management API did not answer (`unreachable`), or not to us (`refused`), or not with what was asked for. */
export class ManagementFault extends Error {
  override readonly name = 'ManagementFault';
  readonly code: 'unreachable' | 'refused' | 'unexpected';

  constructor(code: ManagementFault['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const TIMEOUT_MS = 10_000;

/** RabbitMQ's management API, or the embedded broker's, as one virtual host of it is seen. */
export class ManagementApi {
  /** Without credentials, as it may be shown. */
  readonly url: string;
  /** The virtual host as a part of a path. */
  readonly vhost: string;
  readonly #authorization: string;

  /** @param url with user and password in it */
  constructor(url: string, vhost: string) {
    const { protocol, host, pathname, username, password } = new URL(url);
    this.url = `${protocol}//${host}${pathname.replace(/\/$/, '')}`;
    this.vhost = encodeURIComponent(vhost);
    const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    this.#authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
  }

  /** The answer to a GET, as its caller knows it to be. @throws {ManagementFault} */
  async get<T>(path: string): Promise<T> {
    const text = await this.#ask('GET', path);
    try {
      return JSON.parse(text) as T;
    } catch (cause) {
      throw new ManagementFault('unexpected', `${this.url}/api${path} did not answer with JSON`, { cause });
    }
  }

  /** @throws {ManagementFault} */
  async put(path: string, body: object): Promise<void> {
    await this.#ask('PUT', path, JSON.stringify(body));
  }

  async #ask(method: string, path: string, body?: string): Promise<string> {
    const asked = fetch(`${this.url}/api${path}`, {
      method,
      headers: { authorization: this.#authorization, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body !== undefined && { body }),
    });
    // A broker that stops may do so in the middle of its answer.
    const whole = asked.then(async (response) => ({ response, text: await response.text() }));
    const { response, text } = await whole.catch((cause: unknown) => {
      throw new ManagementFault('unreachable', `${this.url} does not answer (${reasonOf(cause)})`, { cause });
    });
    if (response.ok) return text;
    const isRefused = response.status === 401 || response.status === 403;
    const said = `${method} ${this.url}/api${path} answered ${response.status}: ${text.slice(0, 200)}`;
    throw new ManagementFault(isRefused ? 'refused' : 'unexpected', said);
  }
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as { message?: string; cause?: { code?: string; message?: string } }; // as fetch throws
  return cause?.code ?? cause?.message ?? message ?? String(error);
}
