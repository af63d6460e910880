import { until } from '@novasim/testkit';

/** A server as REST shows it, cut to what tests look at. */
export interface ShownServer {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly addresses: Readonly<Record<string, readonly { readonly addr: string }[]>>;
  readonly fault?: { readonly code: number; readonly message: string };
  readonly 'OS-EXT-STS:task_state': string | null;
  readonly 'OS-EXT-SRV-ATTR:host'?: string | null;
}

export interface BootRequest {
  readonly name?: string;
  readonly flavorRef?: string;
  readonly min_count?: number;
  readonly max_count?: number;
  readonly networks?: readonly { readonly uuid: string }[];
  readonly adminPass?: string;
  /** Base64. */
  readonly user_data?: string;
}

/** A person with curl: boots, looks and deletes through the REST API, without a token (the demo project). */
export class DemoClient {
  readonly #url: string;
  #imageRef: string | undefined;

  constructor(apiUrl: string) {
    this.#url = `${apiUrl}/compute/v2.1`;
  }

  /** POST /servers; answers the new id and the request id under which its messages travel. */
  async boot(request: BootRequest = {}): Promise<{ id: string; requestId: string }> {
    this.#imageRef ??= await this.#someImage();
    const body = { server: { name: 'vm', flavorRef: '1', imageRef: this.#imageRef, ...request } };
    const response = await this.#ask('POST', '/servers', body);
    if (response.status !== 202) throw new Error(`POST /servers: ${response.status} ${await response.text()}`);
    const { server } = (await response.json()) as { server: { id: string } };
    return { id: server.id, requestId: requestIdOf(response) };
  }

  /** The server, or undefined when the answer is 404. */
  async show(id: string): Promise<ShownServer | undefined> {
    const response = await this.#ask('GET', `/servers/${id}`);
    if (response.status === 404) return undefined;
    if (response.status !== 200) throw new Error(`GET /servers/${id}: ${response.status} ${await response.text()}`);
    return ((await response.json()) as { server: ShownServer }).server;
  }

  /** All servers of the project, newest first. */
  async list(): Promise<readonly ShownServer[]> {
    const response = await this.#ask('GET', '/servers/detail?limit=1000');
    if (response.status !== 200) throw new Error(`GET /servers/detail: ${response.status} ${await response.text()}`);
    return ((await response.json()) as { servers: readonly ShownServer[] }).servers;
  }

  /** DELETE; answers the request id. A server that is gone already counts as deleted. */
  async delete(id: string): Promise<string> {
    const response = await this.#ask('DELETE', `/servers/${id}`);
    if (response.status !== 204 && response.status !== 404) throw new Error(`DELETE: ${response.status}`);
    return requestIdOf(response);
  }

  /** POST /servers/{id}/action; answers the request id. */
  async act(id: string, body: object): Promise<string> {
    const response = await this.#ask('POST', `/servers/${id}/action`, body);
    if (response.status !== 202)
      throw new Error(`${JSON.stringify(body)}: ${response.status} ${await response.text()}`);
    return requestIdOf(response);
  }

  /** Waits until the server is built one way or the other: ACTIVE or ERROR, and no task running. */
  settled(id: string, withinMs = 20_000): Promise<ShownServer> {
    return until(
      async () => {
        const server = await this.show(id);
        return server !== undefined && server.status !== 'BUILD' && server['OS-EXT-STS:task_state'] === null && server;
      },
      { withinMs, everyMs: 20, what: `server ${id} is ACTIVE or ERROR` },
    );
  }

  gone(id: string, withinMs = 20_000): Promise<true> {
    return until(async () => (await this.show(id)) === undefined, {
      withinMs,
      everyMs: 20,
      what: `server ${id} is gone`,
    });
  }

  async #someImage(): Promise<string> {
    const response = await fetch(this.#url.replace('/compute/v2.1', '/image/v2/images'));
    const { images } = (await response.json()) as {
      images: readonly { id: string; min_ram: number; min_disk: number }[];
    };
    const small = images.find(({ min_ram, min_disk }) => min_ram <= 512 && min_disk <= 1);
    if (small === undefined) throw new Error(`no small image among ${images.length}`);
    return small.id;
  }

  #ask(method: string, path: string, body?: object): Promise<Response> {
    return fetch(this.#url + path, {
      method,
      headers: { 'content-type': 'application/json', connection: 'close' },
      signal: AbortSignal.timeout(10_000),
      ...(body && { body: JSON.stringify(body) }),
    });
  }
}

function requestIdOf(response: Response): string {
  return response.headers.get('x-openstack-request-id') ?? 'no request id';
}
