// Plain JavaScript, so that this process never loads Node's type stripper (40 ms, 14 MB): what was compiled once is found beside
// the packages, stripped, as the services find it.
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

enableCompileCache(
  process.env.NODE_COMPILE_CACHE ?? fileURLToPath(new URL('../../../node_modules/.cache/novasim', import.meta.url)),
);

const { launch } = await import('./launch.ts');
await launch(process.argv.slice(2), process.env);
