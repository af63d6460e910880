import { connect, serve } from '@novasim/rpc';
import { flag, integer, readArguments, required, text } from './arguments.ts';
import { say } from './output.ts';
import { peerEndpoints } from './peer-endpoints.ts';
import { stopped, stopSignal } from './stop-signal.ts';

const options = {
  url: required(),
  topic: required(),
  server: required(),
  exchange: text('openstack'),
  namespace: text(undefined),
  version: text('1.5'),
  workers: integer(64),
  ping: flag(),
};

/** `rpc server`: serves the peer's endpoints until SIGTERM, then lets running requests finish and reply. */
export async function runServer(args: readonly string[]): Promise<number> {
  const given = readArguments('server', options, args);
  if (given === undefined) return 0;
  const { url, topic, server: name, exchange, namespace, version, workers, ping } = given;
  const stop = stopSignal();
  await using opened = new AsyncDisposableStack();
  const serving = async (): Promise<void> => {
    const transport = opened.use(await connect(url, { name: 'rpc-server', controlExchange: exchange, signal: stop }));
    const endpoints = peerEndpoints(name, namespace, version);
    opened.use(await serve(transport, { topic, server: name }, endpoints, { workers, rpcPing: ping }));
    say('ready');
  };
  // Stopped before it is ready, closing the transport ends what is under way.
  await Promise.race([serving(), stopped(stop)]).catch((error: unknown) => {
    if (!stop.aborted) throw error;
  });
  await stopped(stop);
  return 0;
}
