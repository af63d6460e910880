export { type AsyncApiDocument, asyncapi } from './asyncapi.ts';
export type { AsyncApiInput, EndpointInput, MethodInput } from './input.ts';
export type { Schema } from './schema.ts';
