/** Writes the API reference of libs/rpc to docs/rpc/api.md. */
import { writeFileSync } from 'node:fs';
import { apiReference } from './api-reference.ts';

writeFileSync(new URL('../docs/rpc/api.md', import.meta.url), `${apiReference()}\n`);
