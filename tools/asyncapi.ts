/** Writes novasim's AsyncAPI document to docs/asyncapi.json, from the endpoint interfaces of libs/rpcapi. */
import { writeFileSync } from 'node:fs';
import { rpcapiDocument } from './rpcapi-document.ts';

const file = new URL('../docs/asyncapi.json', import.meta.url);
const document = rpcapiDocument();
writeFileSync(file, `${JSON.stringify(document, null, 2)}\n`);
console.log(`docs/asyncapi.json: ${Object.keys(document.operations).length} operations`);
