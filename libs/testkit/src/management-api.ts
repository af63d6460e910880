/** The little of RabbitMQ's management API that tests need. */
export class ManagementApi {
  readonly #base: string;
  readonly #authorization: string;

  /** @param url with user and password in it */
  constructor(url: string) {
    const { protocol, host, username, password } = new URL(url);
    this.#base = `${protocol}//${host}/api`;
    const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    this.#authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
  }

  /** The parsed answer; undefined when it has no body. @throws on any status that is no success, naming request and answer */
  async ask(method: 'GET' | 'PUT' | 'DELETE', path: string, options: AskOptions = {}): Promise<unknown> {
    const response = await fetch(this.#base + path, {
      method,
      headers: { authorization: this.#authorization, 'content-type': 'application/json', ...options.headers },
      signal: options.signal ?? AbortSignal.timeout(15_000),
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    });
    const text = await response.text();
    const isAllowed = response.ok || options.allows?.includes(response.status) === true;
    if (!isAllowed) throw new Error(`${method} ${this.#base}${path} answered ${response.status}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  /** The list at `path`. */
  async list(path: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const answer = await this.ask('GET', path);
    if (!Array.isArray(answer)) throw new Error(`GET ${path}: expected a list, got ${JSON.stringify(answer)}`);
    return answer;
  }

  /** @throws when nobody answers as RabbitMQ does */
  async version(signal?: AbortSignal): Promise<string> {
    const answer = await this.ask('GET', '/overview', signal === undefined ? {} : { signal });
    const version = (answer as { rabbitmq_version?: unknown } | undefined)?.rabbitmq_version;
    if (typeof version !== 'string') throw new Error(`${this.#base}/overview names no rabbitmq_version`);
    return version;
  }
}

export interface AskOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Statuses that are fine although they are no success. */
  readonly allows?: readonly number[];
  readonly signal?: AbortSignal;
}

/** One name as part of a path: `/` is a common virtual host. */
export function segment(name: string): string {
  return encodeURIComponent(name);
}
