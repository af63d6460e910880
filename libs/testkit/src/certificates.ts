import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A certificate and its key, as PEM files. */
export interface KeyPair {
  readonly certFile: string;
  readonly keyFile: string;
}

/** Certificates of an authority that exists for a test, in a folder that goes with it. */
export interface Certificates extends AsyncDisposable {
  readonly folder: string;
  /** The authority's own certificate. */
  readonly caFile: string;
  /** For a server that is called `localhost`. */
  readonly server: KeyPair;
  /** For such a server too, until yesterday. */
  readonly expired: KeyPair;
  /** For a client that is called `guest`. */
  readonly client: KeyPair;
  /** Of another authority, which vouches for itself only. */
  readonly stranger: KeyPair;
}

const run = promisify(execFile);
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
const isLocalhost = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
const isNoAuthority = ['-addext', 'basicConstraints=critical,CA:FALSE'];

/** Whether this machine can make certificates: by `openssl` 3. */
export async function hasOpenssl(): Promise<boolean> {
  return run('openssl', ['version']).then(
    ({ stdout }) => /^OpenSSL ([3-9]|\d\d)/.test(stdout),
    () => false,
  );
}

/** Makes an authority and certificates, all valid for a day but one. @throws with openssl's words when it fails */
export async function makeCertificates(): Promise<Certificates> {
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'novasim-tls-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const pair = (name: string): KeyPair => ({
    certFile: join(folder, `${name}.pem`),
    keyFile: join(folder, `${name}.key`),
  });
  const [ca, server, expired, client, stranger] = ['ca', 'server', 'expired', 'client', 'stranger'].map(pair) as [
    KeyPair,
    KeyPair,
    KeyPair,
    KeyPair,
    KeyPair,
  ];
  const into = ({ certFile, keyFile }: KeyPair): string[] => ['-keyout', keyFile, '-out', certFile];
  const byCa = ['-CA', ca.certFile, '-CAkey', ca.keyFile];
  const make = (...args: string[]) => run('openssl', ['req', '-x509', '-days', '1', ...newKey, ...args]);
  await Promise.all([make('-subj', '/CN=authority', ...into(ca)), make('-subj', '/CN=stranger', ...into(stranger))]);
  await make(...isLocalhost, ...isNoAuthority, ...byCa, ...into(server));
  await make('-subj', '/CN=guest', ...isNoAuthority, ...byCa, ...into(client));
  // Only `openssl x509` makes one that ended before it began.
  const request = { ...expired, certFile: join(folder, 'expired.csr') };
  await run('openssl', ['req', ...newKey, ...isLocalhost, ...into(request)]);
  const dates = ['-days', '-1', '-copy_extensions', 'copy'];
  await run('openssl', ['x509', '-req', '-in', request.certFile, ...byCa, ...dates, '-out', expired.certFile]);
  const all = opened.move();
  return {
    folder,
    caFile: ca.certFile,
    server,
    expired,
    client,
    stranger,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
