import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// What is compiled once is kept beside the packages, for this process and, by the variable, for the services.
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(new URL('../../../node_modules/.cache/novasim', import.meta.url));
enableCompileCache(process.env['NODE_COMPILE_CACHE']);

const { launch } = await import('./launch.ts');
await launch(process.argv.slice(2), process.env);
