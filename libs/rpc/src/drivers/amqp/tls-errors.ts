import { isIP } from 'node:net';
import { connect } from 'node:tls';
import { TlsFailure } from '../../errors.ts';
import type { RabbitOptions } from '../../options.ts';
import type { BrokerHost } from '../../transport-url.ts';
import { nameOf } from './dial.ts';

/** How OpenSSL, through Node, calls that nobody trusted vouches for a certificate. */
const untrusted = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_UNTRUSTED',
]);
/** Any other error of certificates or of the protocol. */
const ofTls = /^(?:ERR_SSL_|ERR_TLS_|CERT_|CRL_|UNABLE_TO_|INVALID_CA$|INVALID_PURPOSE$|PATH_LENGTH_EXCEEDED$)/;
const probeMs = 1_000;

/**
 * What an attempt to connect failed of, if it was TLS: which option to look at, and why. Asks the broker once more, without
 * verifying anything, when it just hung up: so does one that expects TLS and is spoken to in plain.
 */
export async function asTlsFailure(
  error: unknown,
  host: BrokerHost,
  options: RabbitOptions,
): Promise<TlsFailure | undefined> {
  const found = options.ssl ? explain(error, host, options) : await explainPlain(error, host);
  if (found === undefined) return undefined;
  return new TlsFailure(nameOf(host), found.option, found.reason, { cause: error });
}

interface Explanation {
  readonly option: keyof RabbitOptions | undefined;
  readonly reason: string;
}

function explain(error: unknown, host: BrokerHost, options: RabbitOptions): Explanation | undefined {
  const { code, reason, message } = error as { code?: unknown; reason?: string; message?: string }; // of node:tls
  if (typeof code !== 'string') return undefined;
  const words = reason ?? message ?? code;
  if (untrusted.has(code)) {
    const ours = options.ssl_ca_file === '' ? 'the system' : options.ssl_ca_file;
    return { option: 'ssl_ca_file', reason: `no authority of ${ours} vouches for its certificate (${words})` };
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const reason = `its certificate is not for ${host.hostname} (${words})`;
    return { option: 'ssl_enforce_hostname_verification', reason };
  }
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG/.test(code)) {
    return { option: 'ssl', reason: `it does not speak TLS on port ${host.port}` };
  }
  if (/PROTOCOL/.test(code)) return { option: 'ssl_version', reason: `no version of TLS suits both sides (${words})` };
  if (/ALERT/.test(code)) {
    const isAnonymous = options.ssl_cert_file === '';
    const what = isAnonymous ? 'it asks for a certificate of ours' : `it does not take ${options.ssl_cert_file}`;
    return { option: 'ssl_cert_file', reason: `${what} (${words})` };
  }
  if (/EXPIRED|NOT_YET_VALID/.test(code)) {
    return { option: undefined, reason: `its certificate is not valid now (${words})` };
  }
  return ofTls.test(code) ? { option: undefined, reason: words } : undefined;
}

async function explainPlain(error: unknown, host: BrokerHost): Promise<Explanation | undefined> {
  const { code, message = '' } = error as { code?: unknown; message?: string }; // of node:net or amqplib
  const hungUp = code === 'ECONNRESET' || code === 'EPIPE' || /closed abruptly|Socket closed/i.test(message);
  if (!hungUp || !(await speaksTls(host))) return undefined;
  return { option: 'ssl', reason: `it expects TLS on port ${host.port}, and ssl is false` };
}

/** A handshake that succeeds or ends with an alert: either is TLS. */
function speaksTls({ hostname, port }: BrokerHost): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const servername = isIP(hostname) === 0 ? hostname : '';
  // Nothing is sent on it, and nothing believed.
  const socket = connect({ host: hostname, port, servername, rejectUnauthorized: false, timeout: probeMs });
  socket.once('secureConnect', () => resolve(true));
  socket.once('error', (error: NodeJS.ErrnoException) => resolve(/ALERT/.test(error.code ?? '')));
  socket.once('timeout', () => resolve(false));
  socket.once('close', () => resolve(false));
  return promise.finally(() => socket.destroy());
}
