import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Checks, closeServer, createMetrics, listen, type Start, startHealth } from '@novasim/service';
import { createApp } from './app.ts';
import type { ObserverConfig } from './config.ts';
import { startLive } from './events/live.ts';
import { labRouter } from './lab/lab-router.ts';
import { openLab } from './lab/open-lab.ts';
import { OwnChatter } from './lab/own-chatter.ts';
import { measure } from './measure.ts';
import { Observation } from './observation.ts';
import { startRecorder } from './recording/recorder.ts';
import { type Replay, startReplay } from './recording/replay.ts';
import { Status } from './status.ts';
import { type StatusView, statusView } from './status-view.ts';
import type { Travelled } from './tap/trace-message.ts';
import { watchBus } from './tap/watch-bus.ts';

export { type ObserverConfig, readConfig } from './config.ts';

/** Who asked so lately still looks. */
const LOOKS_FOR_MS = 10_000;
const HEADERS_TIMEOUT_MS = 10_000;
/** For answers under way when it stops; browsers keep connections open that ask nothing. */
const GRACE_MS = 200;

/** Starts the observer; `info` says where it listens. It serves at once, whether the bus is there or not. */
export const startObserver: Start<ObserverConfig> = async ({ config, log, signal }) => {
  await using opened = new AsyncDisposableStack(); // a failed start closes what it had opened
  const observation = new Observation({ budgetMb: config.budgetMb });
  const status = new Status(config.replayFile === undefined ? { state: 'connecting' } : { state: 'none' });
  let replay: Replay | undefined;
  const sources = {
    observation,
    status,
    hasCloudApi: config.apiUrl !== undefined,
    recording: config.recordFile,
    replay: () => replay?.progress,
  };
  const view = (): StatusView => statusView(sources, live.stream.lastId);
  const isLab = config.isLab && config.replayFile === undefined;
  const lab = isLab ? opened.use(openLab({ config, log, signal })) : undefined;
  const live = opened.use(startLive(observation, status, view, lab));
  const metrics = opened.use(createMetrics({ service: 'observer', host: config.host }));
  measure(metrics, observation, live);

  const failed = (what: string) => (err: Error) => log.error({ err }, what);
  if (config.recordFile !== undefined) {
    opened.use(await startRecorder(config.recordFile, observation, failed('recording failed')));
  }

  let lookedMs = Number.NEGATIVE_INFINITY;
  const app = createApp({
    observation,
    live,
    statusView: view,
    hostNames: config.hostNames,
    apiUrl: config.apiUrl,
    checks: checksOf(status),
    metrics,
    routers: { '/api/lab': labRouter(lab, { isOpen: config.isLabOpen }) },
    log,
    looked: () => {
      lookedMs = performance.now();
    },
  });
  const server = createServer({ headersTimeout: HEADERS_TIMEOUT_MS }, app);
  await listen(server, config.observerPort, config.observerHost, 'OBSERVER_PORT');
  opened.defer(() => closeServer(server, GRACE_MS));
  opened.defer(() => live.stream[Symbol.dispose]()); // readers would keep the server open

  if (config.healthPort !== undefined) {
    const { healthHost: host, healthPort: port } = config;
    opened.use(await startHealth({ host, port, checks: checksOf(status), metrics, log }));
  }
  if (config.replayFile !== undefined) {
    const { replayFile: file, replaySpeed: speed } = config;
    replay = opened.use(startReplay({ file, observation, speed, failed: failed('replay failed') }));
  } else {
    const { transportUrl, managementUrl } = config;
    const isWatched = () => live.stream.readers > 0 || performance.now() - lookedMs < LOOKS_FOR_MS;
    const chatter = new OwnChatter();
    const isSkipped = (event: Travelled) => isLab && chatter.isOwn(event);
    opened.use(watchBus({ transportUrl, managementUrl, observation, status, isWatched, log, isSkipped }));
  }

  const { port } = server.address() as AddressInfo; // a TCP server that listens has one
  const shown = config.observerHost.includes(':') ? `[${config.observerHost}]` : config.observerHost;
  const closing = opened.move();
  return { info: { port, url: `http://${shown}:${port}` }, [Symbol.asyncDispose]: () => closing.disposeAsync() };
};

function checksOf(status: Status): Checks {
  return {
    bus: () => {
      const { tap } = status.sight;
      return tap.state === 'listening' || tap.state === 'none' ? undefined : `the bus is ${tap.state}`;
    },
  };
}
