export {
  type AsyncApiDocument,
  type AsyncApiInput,
  asyncapi,
  type EndpointInput,
  type MethodInput,
  type Schema,
} from './asyncapi.ts';
