import type { ZodObject, ZodType } from 'zod';
import { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import type { Operation } from './http/operation.ts';
import type { Part } from './http/part.ts';

/** The OpenAPI document, from the same operations and schemas that answer the requests. */
export function openApiDocument(parts: readonly Part[]) {
  const paths: ZodOpenApiPathsObject = {};
  for (const { service, prefixes, operations } of parts) {
    const [prefix = ''] = prefixes; // the others are older ways to the same operations
    for (const operation of operations) {
      const path = `${prefix}${operation.path === '/' ? '' : operation.path}` || '/';
      paths[path] = { ...paths[path], [operation.method]: describe(service, operation) };
    }
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'novasim',
      version: '0.1.0',
      description: 'A toy cloud that answers as OpenStack does: identity, compute, image and network under one port.',
    },
    paths,
    security: [{ token: [] }],
    components: { securitySchemes: { token: { type: 'apiKey', in: 'header', name: 'X-Auth-Token' } } },
  });
}

function describe(service: string, operation: Operation): ZodOpenApiOperationObject {
  const params = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  return {
    tags: [service],
    summary: operation.summary,
    ...(operation.isPublic ? { security: [] } : {}),
    requestParams: {
      ...(params.length === 0 ? {} : { path: z.object(Object.fromEntries(params.map((name) => [name, z.string()]))) }),
      ...(operation.query === undefined ? {} : { query: operation.query as ZodObject }), // query schemas are objects
    },
    ...(operation.body === undefined ? {} : { requestBody: { required: true, content: json(operation.body) } }),
    responses: {
      ...Object.fromEntries(
        Object.entries(operation.answers).map(([status, schema]) => [
          status,
          { description: 'Success', ...(schema === undefined ? {} : { content: json(schema) }) },
        ]),
      ),
      default: { description: 'An error in the shape of the service' },
    },
  };
}

function json(schema: ZodType) {
  return { 'application/json': { schema } };
}
