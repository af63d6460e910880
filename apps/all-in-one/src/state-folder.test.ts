import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { choosePasswords, writeOpenrc } from './credentials.ts';
import { FolderInUse, StateFolder } from './state-folder.ts';

test('a folder is held by one cloud at a time, and the refusal names who holds it', () => {
  const path = temporary();
  const first = new StateFolder(path);

  expect(() => new StateFolder(path)).toThrow(FolderInUse);
  expect(() => new StateFolder(path)).toThrow(`process ${process.pid}`);
  first[Symbol.dispose]();
  first[Symbol.dispose]();

  new StateFolder(path)[Symbol.dispose]();
});

test('what a killed cloud left in the folder refuses nobody', () => {
  const path = temporary();
  writeFileSync(join(path, 'cloud.lock'), '');
  writeFileSync(join(path, 'cloud.pid'), '1\n');

  new StateFolder(path)[Symbol.dispose]();
});

test('emptying forgets the database and keeps the rest', () => {
  using folder = new StateFolder(temporary());
  for (const part of ['', '-wal', '-shm']) writeFileSync(`${folder.databaseFile}${part}`, 'x');
  folder.write('openrc', 'y');

  folder.empty();

  expect(() => statSync(folder.databaseFile)).toThrow('ENOENT');
  expect(() => statSync(`${folder.databaseFile}-wal`)).toThrow('ENOENT');
  expect(folder.read('openrc')).toBe('y');
});

test('passwords are made once, kept for the next run, and replaced by those that are given', () => {
  using folder = new StateFolder(temporary());
  const made = choosePasswords(folder, {});
  writeOpenrc(folder, 'http://127.0.0.1:1', made);

  expect(made.demo).not.toBe(made.admin);
  expect(choosePasswords(folder, {})).toEqual(made);
  expect(choosePasswords(folder, { DEMO_PASSWORD: 'mine', ADMIN_PASSWORD: '' })).toEqual({ ...made, demo: 'mine' });
});

test.for([`it's`, '$HOME `id` "x" \\'])('a shell that sources openrc gets the password %s', (demo) => {
  using folder = new StateFolder(temporary());
  writeOpenrc(folder, 'http://127.0.0.1:1', { admin: 'a', demo });

  const path = join(folder.path, 'openrc');
  expect(execFileSync('sh', ['-c', `. ${path} && printf %s "$OS_PASSWORD"`], { encoding: 'utf8' })).toBe(demo);
  expect(choosePasswords(folder, {}).demo).toBe(demo);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readFileSync(path, 'utf8')).toContain("OS_AUTH_URL='http://127.0.0.1:1/identity/v3'");
});

function temporary(): string {
  const path = mkdtempSync(join(tmpdir(), 'novasim-folder-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}
