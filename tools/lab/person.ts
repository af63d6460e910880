import { setTimeout as pause } from 'node:timers/promises';

/** A server as a lesson looks at it. */
export interface Seen {
  readonly id: string;
  readonly status: string;
  readonly 'OS-EXT-STS:task_state': string | null;
  readonly fault?: { readonly message: string };
}

/** A request that was sent: what it is about, and the id under which its messages travel. */
export interface Asked {
  readonly id: string;
  readonly requestId: string;
}

const LOOK_EVERY_MS = 50;

/** A person with curl, as the demo project. */
export class Person {
  readonly #url: string;

  constructor(apiUrl: string) {
    this.#url = apiUrl;
  }

  /** Boots the smallest instance there is. */
  async boot(name: string): Promise<Asked> {
    const server = { name, flavorRef: '1', imageRef: await this.#image() };
    const response = await this.#ask('POST', '/compute/v2.1/servers', { server });
    const body = (await response.json()) as { readonly server: { readonly id: string } };
    return { id: body.server.id, requestId: requestIdOf(response) };
  }

  async delete(id: string): Promise<Asked> {
    const response = await this.#ask('DELETE', `/compute/v2.1/servers/${id}`);
    return { id, requestId: requestIdOf(response) };
  }

  async show(id: string): Promise<Seen> {
    const response = await this.#ask('GET', `/compute/v2.1/servers/${id}`);
    return ((await response.json()) as { readonly server: Seen }).server;
  }

  /** Looks until the server is ACTIVE or ERROR. @throws when that takes longer than `withinMs` */
  async settled(id: string, withinMs = 60_000): Promise<Seen> {
    for (const deadline = performance.now() + withinMs; ; await pause(LOOK_EVERY_MS)) {
      const seen = await this.show(id);
      if (seen.status !== 'BUILD') return seen;
      if (performance.now() > deadline) throw new Error(`server ${id} is still ${seen.status} after ${withinMs} ms`);
    }
  }

  async #image(): Promise<string> {
    const response = await this.#ask('GET', '/image/v2/images');
    const { images } = (await response.json()) as {
      readonly images: readonly { readonly id: string; readonly min_disk: number }[];
    };
    const [smallest] = images.toSorted((a, b) => a.min_disk - b.min_disk);
    if (smallest === undefined) throw new Error('the cloud has no image to boot from');
    return smallest.id;
  }

  async #ask(method: string, path: string, body?: object): Promise<Response> {
    const response = await fetch(this.#url + path, {
      method,
      headers: { 'content-type': 'application/json', connection: 'close' },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  }
}

function requestIdOf(response: Response): string {
  return response.headers.get('x-openstack-request-id') ?? '';
}
