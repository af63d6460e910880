import type { RequestContext } from './types.ts';

/** Turns the application's values into JSON values and back: arguments, results and contexts. As oslo's Serializer. */
export interface Serializer {
  serializeEntity?(context: RequestContext, entity: unknown): unknown;
  deserializeEntity?(context: RequestContext, entity: unknown): unknown;
  serializeContext?(context: RequestContext): RequestContext;
  deserializeContext?(context: RequestContext): RequestContext;
}
