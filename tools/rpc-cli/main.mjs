// Plain JavaScript, so that what was compiled once is found beside the packages, stripped, and a command starts at once.
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

enableCompileCache(
  process.env.NODE_COMPILE_CACHE ?? fileURLToPath(new URL('../../node_modules/.cache/novasim', import.meta.url)),
);

const { main } = await import('./main.ts');
await main(process.argv.slice(2));
