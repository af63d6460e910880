import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import type { Operation } from './http/operation.ts';

/** The OpenAPI document, from the same operations and schemas that answer the requests. `others` are paths of other rooms. */
export function openApiDocument(operations: readonly Operation[], others: ZodOpenApiPathsObject = {}) {
  const paths: ZodOpenApiPathsObject = { ...others };
  for (const operation of operations) paths[operation.path] = { get: describe(operation) };
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'novasim observer',
      version: '0.1.0',
      description: 'What travels on a message bus: flows, messages, topology. Read-only, but for the lab.',
    },
    paths,
  });
}

function describe({ summary, params, query, mediaType, answer }: Operation): ZodOpenApiOperationObject {
  return {
    summary,
    requestParams: { ...(params !== undefined && { path: params }), ...(query !== undefined && { query }) },
    responses: {
      200: { description: 'Success', content: { [mediaType]: { schema: answer } } },
      default: { description: '`{ error, field, value }`: what is wrong, where, and what stood there' },
    },
  };
}
