import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { SecureVersion } from 'node:tls';
import { InvalidOption } from '../../errors.ts';
import type { RabbitOptions } from '../../options.ts';

/** What a TLS connection is made with, as `node:tls` takes it. */
export interface TlsSettings {
  readonly ca?: string[];
  readonly cert?: string;
  readonly key?: string;
  readonly minVersion?: SecureVersion;
  readonly maxVersion?: SecureVersion;
  readonly checkServerIdentity?: () => undefined;
}

/** oslo.messaging's names; without one, or with the one for any, the two sides agree on the best they have. */
const versions: Readonly<Record<string, SecureVersion>> = { TLSv1: 'TLSv1', TLSv1_1: 'TLSv1.1', TLSv1_2: 'TLSv1.2' };

/**
 * Reads the files that the options name; for each connection anew, so that renewed certificates are taken up.
 * @throws {InvalidOption} naming option, file and reason.
 */
export async function tlsSettings(options: RabbitOptions): Promise<TlsSettings> {
  const version = versions[options.ssl_version];
  return {
    ...(options.ssl_ca_file === '' ? {} : { ca: await readAuthorities(options.ssl_ca_file) }),
    ...(options.ssl_cert_file === '' ? {} : await readIdentity(options)),
    ...(version === undefined ? {} : { minVersion: version, maxVersion: version }),
    ...(options.ssl_enforce_hostname_verification ? {} : { checkServerIdentity: () => undefined }),
  };
}

async function readAuthorities(path: string): Promise<string[]> {
  const text = await read('ssl_ca_file', path);
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g);
  if (blocks === null) throw new InvalidOption(`option ssl_ca_file: ${path} holds no certificate in PEM`);
  for (const block of blocks) parse('ssl_ca_file', path, () => new X509Certificate(block));
  return blocks;
}

/** As in Python, the file of the certificate may hold the key too. */
async function readIdentity({ ssl_cert_file, ssl_key_file }: RabbitOptions): Promise<{ cert: string; key: string }> {
  const cert = await read('ssl_cert_file', ssl_cert_file);
  const [option, path] = ssl_key_file === '' ? ['ssl_cert_file', ssl_cert_file] : ['ssl_key_file', ssl_key_file];
  const key = ssl_key_file === '' ? cert : await read('ssl_key_file', ssl_key_file);
  const certificate = parse('ssl_cert_file', ssl_cert_file, () => new X509Certificate(cert));
  const isPair = parse(option, path, () => certificate.checkPrivateKey(createPrivateKey(key)));
  if (!isPair) throw new InvalidOption(`option ${option}: ${path} is not the key of the certificate ${ssl_cert_file}`);
  return { cert, key };
}

async function read(option: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new InvalidOption(`option ${option}: ${path} cannot be read: ${textOf(error)}`, { cause: error });
  }
}

function parse<T>(option: string, path: string, parser: () => T): T {
  try {
    return parser();
  } catch (error) {
    throw new InvalidOption(`option ${option}: ${path} cannot be used: ${textOf(error)}`, { cause: error });
  }
}

/** node:crypto and node:fs throw Errors; OpenSSL's have the plain words in `reason`. */
function textOf(error: unknown): string {
  const { message, reason } = error as Error & { reason?: string };
  return reason ?? message;
}
