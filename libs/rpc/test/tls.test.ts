import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { connect as dial, type Server, type Socket } from 'node:net';
import { createServer } from 'node:tls';
import {
  type Certificates,
  hasLocalRabbitmq,
  hasOpenssl,
  type KeyPair,
  type LocalRabbitmq,
  makeCertificates,
  startLocalRabbitmq,
} from '@novasim/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, InvalidOption, type RabbitOptions, RpcClient, serve, TlsFailure } from '../src/index.ts';
import { deadlineMs, Probe } from './probe.ts';
import { hasPython, startPython } from './python-peer.ts';

const isHere = (await hasLocalRabbitmq()) && (await hasOpenssl());
const isPythonHere = await hasPython();

test('TLS is tested with a RabbitMQ that asks for certificates, where one can be had', ({ annotate }) => {
  expect(isHere || process.env['NOVASIM_REQUIRE']?.includes('rabbitmq') !== true).toBe(true);
  if (!isHere) return annotate('not available: it takes rabbitmq-server and openssl');
  return undefined;
});

describe.skipIf(!isHere)('with a RabbitMQ that asks for certificates', () => {
  const opened = new AsyncDisposableStack();
  let certificates: Certificates;
  let broker: LocalRabbitmq;
  beforeAll(async () => {
    certificates = opened.use(await makeCertificates());
    const plugins = ['rabbitmq_auth_mechanism_ssl'];
    const config = [
      'auth_mechanisms.1 = AMQPLAIN',
      'auth_mechanisms.2 = EXTERNAL',
      'ssl_cert_login_from = common_name',
    ];
    broker = opened.use(await startLocalRabbitmq({ tls: certificates, plugins, config }));
  });
  afterAll(() => opened.disposeAsync());

  /** All that is right: what a test gets wrong it says. */
  const right = (): Partial<RabbitOptions> => ({
    ssl: true,
    ssl_ca_file: certificates.caFile,
    ssl_cert_file: certificates.client.certFile,
    ssl_key_file: certificates.client.keyFile,
  });
  const url = (host = 'localhost', port = broker.tlsPort): string => `rabbit://guest:guest@${host}:${port}/`;
  const failureOf = (wrong: Partial<RabbitOptions>, at = url()): Promise<unknown> =>
    connect(at, { options: { ...right(), ...wrong }, signal: AbortSignal.timeout(deadlineMs) }).then(
      (transport) => transport.close(),
      (error: unknown) => error,
    );

  test('calls go over TLS, before and after the connection was lost', async () => {
    await using transport = await connect(url(), { options: right(), responseTimeoutMs: deadlineMs });
    await using _server = await serve(transport, { topic: 'tls', server: 'a' }, [new Probe('a')]);
    const client = new RpcClient<Probe>(transport, { topic: 'tls' });
    expect(await client.call({}, 'whoami', {})).toBe('a');
    transport.breakConnections();
    expect(await client.call({}, 'whoami', {})).toBe('a');
  });

  test('a key may be in the file of its certificate, and amqps means ssl', async () => {
    const both = `${certificates.folder}/both.pem`;
    const { certFile, keyFile } = certificates.client;
    await writeFile(both, (await readFile(certFile, 'utf8')) + (await readFile(keyFile, 'utf8')));
    const query = new URLSearchParams({
      ssl_ca_file: certificates.caFile,
      ssl_cert_file: both,
      ssl_version: 'TLSv1_2',
    });
    await using transport = await connect(`${url().replace('rabbit:', 'amqps:')}?${query}`);
    expect(transport.state).toBe('connected');
  });

  test('the broker knows the user by the certificate when the login method is EXTERNAL', async () => {
    const options = { ...right(), rabbit_login_method: 'EXTERNAL' } as const;
    await using transport = await connect(url().replace('guest:guest@', 'nobody:wrong@'), { options });
    expect(transport.state).toBe('connected');
  });

  test('another authority: the error names host, file and reason', async () => {
    const error = await failureOf({ ssl_ca_file: certificates.stranger.certFile });
    expect(error).toBeInstanceOf(TlsFailure);
    expect(error).toMatchObject({
      message: `no TLS with localhost:${broker.tlsPort}: no authority of ${certificates.stranger.certFile} vouches for its certificate (self-signed certificate in certificate chain); see option ssl_ca_file`,
      host: `localhost:${broker.tlsPort}`,
      option: 'ssl_ca_file',
      retryable: false,
    });
  });

  test('no authority: the system’s are asked', async () => {
    expect(await failureOf({ ssl_ca_file: '' })).toMatchObject({
      name: 'TlsFailure',
      message: expect.stringContaining('no authority of the system vouches for its certificate'),
      option: 'ssl_ca_file',
    });
  });

  test('another host name is refused, unless host names are not verified', async () => {
    const other = url('127.0.0.1');
    expect(await failureOf({}, other)).toMatchObject({
      name: 'TlsFailure',
      message: expect.stringMatching(
        /^no TLS with 127.0.0.1:\d+: its certificate is not for 127.0.0.1 \(IP: 127.0.0.1/,
      ),
      option: 'ssl_enforce_hostname_verification',
    });
    expect(await failureOf({ ssl_enforce_hostname_verification: false }, other)).toBeUndefined();
  });

  test.for(['', 'TLSv1_2'] as const)('no certificate of ours (TLS version %j)', async (ssl_version) => {
    expect(await failureOf({ ssl_cert_file: '', ssl_key_file: '', ssl_version })).toMatchObject({
      name: 'TlsFailure',
      message: expect.stringMatching(/^no TLS with localhost:\d+: it asks for a certificate of ours \(.*alert.*\)/),
      option: 'ssl_cert_file',
    });
  });

  test('a certificate of ours that the broker’s authority does not know', async () => {
    const { certFile, keyFile } = certificates.stranger;
    expect(await failureOf({ ssl_cert_file: certFile, ssl_key_file: keyFile })).toMatchObject({
      name: 'TlsFailure',
      message: expect.stringContaining(`it does not take ${certFile}`),
      option: 'ssl_cert_file',
    });
  });

  test('an expired certificate of the broker’s', async () => {
    await using front = await tlsInFrontOf(broker, certificates.expired);
    expect(await failureOf({}, url('localhost', front.port))).toMatchObject({
      name: 'TlsFailure',
      message: `no TLS with localhost:${front.port}: its certificate is not valid now (certificate has expired)`,
    });
  });

  test('plain where TLS is expected, and TLS where it is not', async () => {
    expect(await failureOf({ ssl: false })).toMatchObject({
      name: 'TlsFailure',
      message: `no TLS with localhost:${broker.tlsPort}: it expects TLS on port ${broker.tlsPort}, and ssl is false; see option ssl`,
    });
    const { port } = new URL(broker.address.url);
    expect(await failureOf({}, url('localhost', Number(port)))).toMatchObject({
      name: 'TlsFailure',
      message: `no TLS with localhost:${port}: it does not speak TLS on port ${port}; see option ssl`,
    });
  });

  test('a version of TLS that is too old for the other side', async () => {
    expect(await failureOf({ ssl_version: 'TLSv1' })).toMatchObject({
      name: 'TlsFailure',
      message: expect.stringContaining('no version of TLS suits both sides'),
      option: 'ssl_version',
    });
  });

  test('files that are missing, or hold something else, are bad options', async () => {
    const junk = `${certificates.folder}/junk.pem`;
    await writeFile(junk, 'junk');
    const nowhere = `${certificates.folder}/nowhere.pem`;
    const { keyFile } = certificates.stranger;
    const table: readonly (readonly [Partial<RabbitOptions>, string])[] = [
      [{ ssl_ca_file: nowhere }, `option ssl_ca_file: ${nowhere} cannot be read: ENOENT`],
      [{ ssl_cert_file: nowhere }, `option ssl_cert_file: ${nowhere} cannot be read: ENOENT`],
      [{ ssl_key_file: nowhere }, `option ssl_key_file: ${nowhere} cannot be read: ENOENT`],
      [{ ssl_ca_file: junk }, `option ssl_ca_file: ${junk} holds no certificate in PEM`],
      [{ ssl_cert_file: junk }, `option ssl_cert_file: ${junk} cannot be used: no start line`],
      [{ ssl_key_file: junk }, `option ssl_key_file: ${junk} cannot be used: unsupported`],
      [{ ssl_key_file: keyFile }, `option ssl_key_file: ${keyFile} is not the key of the certificate`],
    ];
    for (const [wrong, message] of table) {
      const error = await failureOf(wrong);
      expect(error).toBeInstanceOf(InvalidOption);
      expect((error as InvalidOption).message).toContain(message);
    }
  });

  test('a certificate that goes bad later is told with each attempt, and the connection comes back with a good one', async () => {
    const caFile = `${certificates.folder}/changing.pem`;
    await copyFile(certificates.caFile, caFile);
    const options = { ...right(), ssl_ca_file: caFile, rabbit_retry_interval: 0, rabbit_retry_backoff: 0 };
    await using transport = await connect(url(), { options });
    const { promise, resolve } = Promise.withResolvers<unknown>();
    transport.on('retrying', ({ error }) => resolve(error));
    const back = new Promise((done) => transport.on('connected', done));
    await copyFile(certificates.stranger.certFile, caFile);
    transport.breakConnections();
    expect(await promise).toBeInstanceOf(TlsFailure);
    await copyFile(certificates.caFile, caFile);
    await back;
    expect(transport.state).toBe('connected');
  });

  test.skipIf(!isPythonHere)('ours and Python’s call each other over TLS', { timeout: 60_000 }, async () => {
    const tls = new URLSearchParams(
      Object.entries(right()).map(([name, value]): [string, string] => [name, String(value)]),
    );
    const secure = `${url()}?${tls}`;
    const target = ['--url', secure, '--topic', 'tls-python'];
    await using transport = await connect(secure, { responseTimeoutMs: deadlineMs });
    await using _ours = await serve(transport, { topic: 'tls-ours', server: 'a' }, [new Probe('ours')]);
    await using _theirs = await startPython('server.py', [...target, '--server', 'theirs']);
    const client = new RpcClient<Probe>(transport, { topic: 'tls-python' });
    expect(await client.call({}, 'whoami', {})).toBe('theirs');
    await using peer = await startPython('client.py', ['--url', secure, '--topic', 'tls-ours', '--batch']);
    expect(await peer.ask({ method: 'whoami' })).toMatchObject({ ok: true, result: 'ours' });
  });
});

/** Ends TLS with another certificate than the broker's own, and hands on in plain. */
async function tlsInFrontOf(
  { address }: LocalRabbitmq,
  { certFile, keyFile }: KeyPair,
): Promise<AsyncDisposable & { readonly port: number }> {
  const { hostname, port } = new URL(address.url);
  const sockets = new Set<Socket>();
  const server: Server = createServer({ cert: await readFile(certFile), key: await readFile(keyFile) }, (inner) => {
    const outer = dial(Number(port), hostname);
    for (const socket of [inner, outer]) sockets.add(socket.on('error', () => {})); // either side may hang up
    inner.pipe(outer).pipe(inner);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as { port: number }).port, // listens on TCP
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
