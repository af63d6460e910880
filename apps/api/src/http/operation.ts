import type { ZodType } from 'zod';
import type { Caller, Exchange } from './exchange.ts';
import type { Microversion } from './microversion.ts';
import { lastValues, type Query } from './query.ts';
import { validated } from './validation.ts';

export type Method = 'get' | 'head' | 'post' | 'put' | 'delete';

/** A request as an operation sees it. `Q` and `B` are what its schemas make of query and body. */
export interface ApiRequest<Q = unknown, B = unknown> {
  readonly exchange: Exchange;
  readonly caller: Caller;
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The query as it came, with every value. */
  readonly rawQuery: Query;
  readonly query: Q;
  readonly body: B;
  /** Address of the part of the api that was asked, as the client used it: `http://host/compute/v2.1`. */
  readonly baseUrl: string;
  /** The project of compute's older form of paths, `/v2.1/{project_id}/…`. */
  readonly projectInPath: string | undefined;
  readonly microversion: Microversion;
}

export interface Answer {
  readonly status: number;
  /** Absent: no body. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One thing that the api does: the route, the check and the documentation come from the same place. */
export interface Operation {
  readonly method: Method;
  /** Below the address of its part, with `{name}` for parameters. */
  readonly path: string;
  readonly summary: string;
  /** Asked without a token in every mode: version documents and the way to a token. */
  readonly isPublic: boolean;
  readonly query: ZodType | undefined;
  readonly body: ZodType | undefined;
  /** Each status of success with the schema of its body; undefined: no body. */
  readonly answers: Readonly<Record<number, ZodType | undefined>>;
  run(request: ApiRequest): Promise<Answer>;
}

interface Spec<Q, B> {
  readonly method: Method;
  readonly path: string;
  readonly summary: string;
  readonly isPublic?: boolean;
  readonly query?: ZodType<Q>;
  readonly body?: ZodType<B>;
  readonly answers: Operation['answers'];
  readonly run: (request: ApiRequest<Q, B>) => Promise<Answer> | Answer;
}

/** Makes an operation that checks query and body before it runs. */
export function operation<Q = undefined, B = undefined>(spec: Spec<Q, B>): Operation {
  const { query, body, run, isPublic = false, ...rest } = spec;
  return {
    ...rest,
    isPublic,
    query,
    body,
    run: async (request) =>
      await run({
        ...request,
        // Without a schema Q and B are undefined, and so are the values.
        query: query === undefined ? (undefined as Q) : validated(query, lastValues(request.rawQuery), 'query'),
        body: body === undefined ? (undefined as B) : validated(body, request.body, 'body'),
      }),
  };
}
