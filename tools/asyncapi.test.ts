import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as rpcapi from '@novasim/rpcapi';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { ENDPOINTS, rpcapiDocument } from './rpcapi-document.ts';

const written: unknown = JSON.parse(readFileSync(new URL('../docs/asyncapi.json', import.meta.url), 'utf8'));
const document = rpcapiDocument();

test('docs/asyncapi.json is what the code says; npm run asyncapi writes it', () => {
  expect(written).toEqual(document);
});

test('it is an AsyncAPI 3 document by the published schema', () => {
  const require = createRequire(import.meta.url);
  const schema: unknown = require('@asyncapi/specs/schemas/3.0.0-without-$id.json');
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  const validate = ajv.compile(schema as object); // a JSON Schema
  validate(document);
  expect(validate.errors).toBeNull();
  validate({ ...document, operations: { x: { action: 'dance' } } });
  expect(validate.errors).not.toBeNull(); // it can refuse
});

test('every reference in it leads somewhere', () => {
  const references = Array.from(JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g), ([, path = '']) => path);
  expect(references.length).toBeGreaterThan(50);
  for (const reference of references) {
    const found = reference
      .split('/')
      .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
    expect(found, reference).toBeDefined();
  }
});

test('it has every method that a service of novasim answers', () => {
  const signatures = Object.entries(rpcapi).filter(([name]) => name.endsWith('Signatures'));
  expect(Object.values(ENDPOINTS).map((endpoint) => endpoint.signatures)).toEqual(
    expect.arrayContaining(signatures.map(([, value]) => value)),
  );
  const methods = Object.values(ENDPOINTS).flatMap((endpoint) => Object.keys(endpoint.signatures));
  expect(Object.keys(document.operations).map((id) => id.split('.').at(-1))).toEqual(expect.arrayContaining(methods));
  expect(methods.length).toBeGreaterThan(10);
});

test('types, comments and the way of asking are those of the source', () => {
  expect(document.operations['compute.build_and_run_instance']).toMatchObject({
    channel: { $ref: '#/channels/compute.server' },
    description: expect.stringContaining('Cast by the conductor'),
  });
  expect(document.operations['conductor.instance_update']).toHaveProperty('reply');
  expect(document.operations['conductor.compute_task.build_instances']).not.toHaveProperty('reply');
  expect(document.components['messages']?.['network.allocate_for_instance.reply']).toMatchObject({
    payload: { properties: { result: { type: 'array', items: { $ref: '#/components/schemas/Vif' } } } },
  });
  expect(document.components['schemas']?.['Instance']).toMatchObject({
    required: expect.arrayContaining(['uuid', 'vm_state']),
    properties: { power_state: { enum: [0, 1, 3, 4, 6, 7] } },
  });
});
