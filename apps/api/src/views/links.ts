import type { ApiRequest } from '../http/operation.ts';
import { queryText } from '../http/query.ts';

export interface Link {
  readonly rel: string;
  readonly href: string;
}

/** Addresses in compute's answers: `self` with the version, `bookmark` without; both with the project when the path had it. */
export class ComputeLinks {
  readonly #self: string;
  readonly #bookmark: string;

  constructor({ baseUrl, projectInPath }: Pick<ApiRequest, 'baseUrl' | 'projectInPath'>) {
    const project = projectInPath === undefined ? '' : `/${projectInPath}`;
    this.#self = baseUrl + project;
    this.#bookmark = baseUrl.replace(/\/v2(\.\d+)?$/, '') + project;
  }

  self(collection: string, id = ''): string {
    return `${this.#self}/${collection}${id === '' ? '' : `/${encodeURIComponent(id)}`}`;
  }

  bookmark(collection: string, id: string): Link {
    return { rel: 'bookmark', href: `${this.#bookmark}/${collection}/${encodeURIComponent(id)}` };
  }

  both(collection: string, id: string): readonly Link[] {
    return [{ rel: 'self', href: this.self(collection, id) }, this.bookmark(collection, id)];
  }

  /** `{servers_links: [next]}` when the page was full, with all that the query said; else nothing. */
  next(
    { rawQuery }: Pick<ApiRequest, 'rawQuery'>,
    collection: string,
    isFull: boolean,
    lastId: string | undefined,
    path = collection,
  ): Readonly<Record<string, readonly Link[]>> {
    if (!isFull || lastId === undefined) return {};
    return {
      [`${collection}_links`]: [{ rel: 'next', href: `${this.self(path)}${queryText(rawQuery, { marker: lastId })}` }],
    };
  }
}
