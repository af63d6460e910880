// What `npm run observe` runs: main.ts with a small heap. Plain JavaScript, so that Node's type stripper is not loaded (20 MB):
// what was compiled once is found beside the packages, as the launcher's services find it.
import { fileURLToPath } from 'node:url';

const main = new URL('./main.ts', import.meta.url);
const compiled = fileURLToPath(new URL('../../../node_modules/.cache/novasim', import.meta.url));
const flags = ['--max-semi-space-size=4', '--heap-growing-percent=20'];
// Buffers that are freed by other threads than took them leave 30 MB of holes in more than one of glibc's arenas.
const env = { NODE_COMPILE_CACHE: compiled, MALLOC_ARENA_MAX: '1', ...process.env };

if (process.platform === 'win32') await import(main.href);
else {
  const { execPath, execArgv, argv } = process;
  // It becomes the other program: one process, and signals go where they should.
  process.execve(execPath, [execPath, ...flags, ...execArgv, fileURLToPath(main), ...argv.slice(2)], env);
}
