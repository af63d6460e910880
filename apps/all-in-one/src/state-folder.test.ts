import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '@novasim/store';
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

test('a folder that a cloud makes is for its user only, and one that was there is left as it is', () => {
  const there = temporary();
  chmodSync(there, 0o755);
  const path = join(there, 'deep', '.novasim');

  for (const folder of [there, path]) new StateFolder(folder)[Symbol.dispose]();

  expect(rightsOf(path)).toBe(0o700);
  expect(rightsOf(there)).toBe(0o755);
});

test('the database is for its user only, also in a folder that others may read', async () => {
  using folder = new StateFolder(temporary());
  chmodSync(folder.path, 0o755);
  writeFileSync(`${folder.databaseFile}-wal`, '', { mode: 0o644 }); // as a cloud before this one left it

  folder.keepDatabasePrivate();

  expect(rightsOf(`${folder.databaseFile}-wal`)).toBe(0o600);
  await using _ = await openStore(`sqlite:${folder.databaseFile}`);
  expect(['', '-wal', '-shm'].map((part) => rightsOf(`${folder.databaseFile}${part}`))).toEqual([0o600, 0o600, 0o600]);
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
  expect(rightsOf(path)).toBe(0o600);
  expect(readFileSync(path, 'utf8')).toContain("OS_AUTH_URL='http://127.0.0.1:1/identity/v3'");
});

function rightsOf(path: string): number {
  return statSync(path).mode & 0o777;
}

function temporary(): string {
  const path = mkdtempSync(join(tmpdir(), 'novasim-folder-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}
