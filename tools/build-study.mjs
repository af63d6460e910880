// Builds the study pages when their sources are not the ones that dist was made of. Runs before what serves them, on whatever
// Node the system has, so it is plain JavaScript without dependencies; the build itself runs on the project's own Node.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const study = `${root}apps/study/`;
const stamp = `${study}dist/.sources`;

const wanted = hashOf([
  `${root}package-lock.json`,
  `${study}index.html`,
  `${study}vite.config.ts`,
  ...filesIn(`${study}public/`),
  ...['apps/study', 'libs/trace', 'libs/flows', 'libs/cloud'].flatMap((room) => filesIn(`${root}${room}/src/`)),
]);

if (!isBuilt()) {
  const fresh = `${study}node_modules/.built-${process.pid}`;
  // npm puts node_modules/.bin first, so the project's own Node answers wherever a platform package exists.
  const separator = process.platform === 'win32' ? ';' : ':';
  const built = spawnSync(
    'node',
    [`${root}node_modules/vite/bin/vite.js`, 'build', '--logLevel', 'warn', '--outDir', fresh],
    {
      cwd: study,
      env: { ...process.env, PATH: `${root}node_modules/.bin${separator}${process.env.PATH}` },
      // A caller may read the stdout of the command that comes after.
      stdio: ['ignore', process.stderr.fd ?? 2, 'inherit'],
    },
  );
  if (built.status !== 0) {
    console.error(`novasim: the study pages could not be built (exit ${built.status ?? built.signal})`);
    process.exit(1);
  }
  writeFileSync(`${fresh}/.sources`, wanted);
  putInPlace(fresh);
}

/** Made aside and put in place whole, because one may be serving, and several may build at once: the first of them is enough. */
function putInPlace(fresh) {
  const replaced = `${fresh}-replaced`;
  try {
    if (existsSync(`${study}dist`)) renameSync(`${study}dist`, replaced);
    renameSync(fresh, `${study}dist`);
  } catch (cause) {
    if (!isBuilt()) throw cause;
  }
  rmSync(fresh, { recursive: true, force: true });
  rmSync(replaced, { recursive: true, force: true });
}

function isBuilt() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map(({ parentPath, name }) => `${parentPath}/${name}`)
    .sort();
}

function hashOf(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(file.slice(root.length)).update(readFileSync(file));
  return hash.digest('hex');
}
