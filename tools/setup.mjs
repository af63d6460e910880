// Makes a fresh clone ready: installs what the lock file names, once per change of it. Runs before every npm script, on
// whatever Node the system has, so it is plain JavaScript without dependencies.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = `${root}node_modules/.novasim-lock`;
const wanted = createHash('sha256')
  .update(readFileSync(`${root}package-lock.json`))
  .update(`${process.platform} ${process.arch}`)
  .digest('hex');

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  console.error('novasim: installing what package-lock.json names (first run, or the lock file changed)');
  const npm = process.env.npm_execpath;
  const [command, args] = npm ? [process.execPath, [npm, 'ci']] : ['npm', ['ci']];
  const done = spawnSync(command, [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    // npm ci prints to stdout; a caller may read the stdout of the command that comes after.
    stdio: ['ignore', process.stderr.fd ?? 2, 'inherit'],
  });
  if (done.status !== 0) {
    console.error(`novasim: npm ci failed (exit ${done.status ?? done.signal}); nothing was started`);
    process.exit(1);
  }
  writeFileSync(stamp, wanted);
}

// npm puts node_modules/.bin first, so the project's own Node answers wherever a platform package exists.
const asked = spawnSync('node', ['--version'], {
  encoding: 'utf8',
  env: {
    ...process.env,
    PATH: `${root}node_modules/.bin${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}`,
  },
});
const [major = 0, minor = 0] = (asked.stdout ?? '').replace('v', '').split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `novasim: needs Node >= 22.18, found ${asked.stdout?.trim() || 'none'}. There is no packaged Node for ` +
      `${process.platform}-${process.arch}: please install Node 24 and run the command again.`,
  );
  process.exit(1);
}
