import { LabRefused } from '@novasim/rpcapi';
import { LabNotFound } from '@novasim/service';
import type { ErrorRequestHandler } from 'express';
import type { z } from 'zod';
import { HttpFault } from '../http/http-fault.ts';

/** Reads a body. @throws {HttpFault} 400 naming the first field that is wrong, its value and what is wanted. */
export function readBody<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const given = body ?? {};
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const path = issue?.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : (issue?.path ?? []);
  const field = path.join('.') || 'body';
  const value = path.reduce<unknown>(inside, given);
  const wanted = issue?.code === 'unrecognized_keys' ? 'there is no such field' : (issue?.message ?? 'not valid');
  throw new HttpFault(400, `${field}: ${wanted}; got ${JSON.stringify(value) ?? 'nothing'}`, { field, value });
}

function inside(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

/** Turns what the lab and its messages throw into what a client is told; the rest is the observer's own business. */
export const labFaults: ErrorRequestHandler = (error: unknown, _request, _response, next) => {
  next(faultOf(error) ?? error);
};

function faultOf(error: unknown): HttpFault | undefined {
  if (error instanceof LabNotFound) return new HttpFault(404, error.message);
  if (error instanceof LabRefused) return new HttpFault(409, error.message);
  const { name, message, type, status } = error as Readonly<Record<string, unknown>>; // an Error, by Express
  if (type === 'entity.parse.failed') return new HttpFault(400, `body: ${String(message)}`, { field: 'body' });
  if (type === 'entity.too.large') return new HttpFault(Number(status), `body: ${String(message)}`, { field: 'body' });
  // The service was there when it last reported, and is not now.
  const isSilence = name === 'MessagingTimeout' || name === 'MessageUndeliverable';
  return isSilence ? new HttpFault(503, `the service does not answer: ${String(message)}`) : undefined;
}
