import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { emptySchema, killSchema, newRuleSchema, troubleSchema } from './lab-requests.ts';
import { labSchema } from './lab-schema.ts';

const FAULTS =
  '`{ error, field, value }`. 404: there is no lab, or not this in it; 409: the service refuses; 503: it does not answer';

/** The lab in the OpenAPI document, from the schemas by which its requests are read. */
export const labPaths: ZodOpenApiPathsObject = {
  '/api/lab': { get: { summary: 'The lab: who is there, what is held, what fails', responses: answers(200) } },
  '/api/lab/rules': {
    post: asks(newRuleSchema, 'What is to happen to the next messages that match', {
      responses: answers(201, labSchema.extend({ added: z.string().meta({ description: 'Id of the rule' }) })),
    }),
  },
  '/api/lab/rules/{id}': {
    delete: { summary: 'Takes a rule back', requestParams: params('id'), responses: answers(200) },
  },
  '/api/lab/held/{id}/release': { post: asks(emptySchema, 'Lets a held message go on', named('id')) },
  '/api/lab/held/{id}/drop': { post: asks(emptySchema, 'Loses a held message', named('id')) },
  '/api/lab/hypervisors/{host}': {
    post: asks(troubleSchema, 'How the hypervisor of a host fares from now on', named('host')),
  },
  '/api/lab/services/{name}/kill': {
    post: asks(killSchema, 'Ends a service that the launcher runs; it stays down', named('name')),
  },
  '/api/lab/services/{name}/restart': { post: asks(emptySchema, 'Starts it, or starts it anew', named('name')) },
  '/api/lab/connections/{name}/break': {
    post: asks(emptySchema, 'Cuts the connections of a service to its broker', named('name')),
  },
};

function asks(body: z.ZodType, summary: string, rest: Partial<ZodOpenApiOperationObject>): ZodOpenApiOperationObject {
  return {
    summary,
    requestBody: { required: true, content: { 'application/json': { schema: body } } },
    responses: answers(200),
    ...rest,
  };
}

function named(param: string): Partial<ZodOpenApiOperationObject> {
  return { requestParams: params(param) };
}

function params(name: string) {
  return { path: z.object({ [name]: z.string() }) };
}

/** Each change answers the lab as it is then. */
function answers(status: 200 | 201, schema: z.ZodType = labSchema): ZodOpenApiOperationObject['responses'] {
  return {
    [status]: { description: 'The lab as it is now', content: { 'application/json': { schema } } },
    default: { description: FAULTS },
  };
}
