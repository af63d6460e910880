import type { IncomingMessage, ServerResponse } from 'node:http';
import type { z } from 'zod';
import { HttpFault } from './http-fault.ts';

/** A request as an operation sees it. `P` and `Q` are what its schemas make of the path and the query. */
export interface Asked<P = unknown, Q = unknown> {
  readonly params: P;
  readonly query: Q;
  readonly request: IncomingMessage;
}

/** One thing that can be asked: the route, the check and the documentation come from the same place. */
export interface Operation {
  /** With `{name}` for parameters. */
  readonly path: string;
  readonly summary: string;
  readonly params: z.ZodObject | undefined;
  readonly query: z.ZodObject | undefined;
  /** Of the answer: JSON unless told otherwise. */
  readonly mediaType: string;
  readonly answer: z.ZodType;
  run(request: IncomingMessage, params: unknown, query: unknown, response: ServerResponse): unknown;
}

interface Spec<P extends z.ZodObject, Q extends z.ZodObject> {
  readonly path: string;
  readonly summary: string;
  readonly params?: P;
  readonly query?: Q;
  readonly mediaType?: string;
  readonly answer: z.ZodType;
  /** The value that is answered; undefined when it has written the answer itself. */
  readonly run: (asked: Asked<z.infer<P>, z.infer<Q>>, response: ServerResponse) => unknown;
}

/** Makes an operation that checks path and query before it runs. */
export function operation<P extends z.ZodObject = z.ZodObject, Q extends z.ZodObject = z.ZodObject>(
  spec: Spec<P, Q>,
): Operation {
  const { path, summary, params, query, mediaType = 'application/json', answer, run } = spec;
  return {
    path,
    summary,
    params,
    query,
    mediaType,
    answer,
    run: (request, rawParams, rawQuery, response) =>
      run(
        {
          request,
          // Without a schema nobody reads them.
          params: (params === undefined ? {} : checked(params, rawParams)) as z.infer<P>,
          query: (query === undefined ? {} : checked(query.strict(), rawQuery)) as z.infer<Q>,
        },
        response,
      ),
  };
}

/** @throws {HttpFault} 400 naming the first field that is wrong, its value and what is wanted. */
function checked(schema: z.ZodObject, value: unknown): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue?.code === 'unrecognized_keys') {
    const [field = ''] = issue.keys;
    throw new HttpFault(
      400,
      `${field}: there is no such parameter; known are ${Object.keys(schema.shape).join(', ')}`,
      { field },
    );
  }
  const field = String(issue?.path[0] ?? '');
  const given = (value as Readonly<Record<string, unknown>>)[field]; // a query or a path: texts by name
  throw new HttpFault(400, `${field}: ${issue?.message ?? 'not valid'}; got ${JSON.stringify(given) ?? 'nothing'}`, {
    field,
    value: given,
  });
}
