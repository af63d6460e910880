import { baseConfig, checkLabAddress, type From, isLoopback, readEnv } from '@novasim/service';

export type ObserverConfig = ReturnType<typeof readConfig>;

/** @throws {ConfigError} listing every bad variable at once. */
export function readConfig(env: NodeJS.ProcessEnv) {
  return readEnv(env, (from: From) => {
    const config = {
      ...baseConfig(from),
      managementUrl: from.url('MANAGEMENT_URL', {
        default: undefined,
        schemes: ['http', 'https'],
        meaning:
          "The broker's management API, with user and password, of a cluster one for each node; not set: port 15672 of each broker",
      }),
      apiUrl: from.url('NOVASIM_API_URL', {
        default: undefined,
        schemes: ['http'],
        meaning: 'The REST API that `/cloud-api/…` leads to; not set: it leads nowhere',
      }),
      observerHost: from.text('OBSERVER_HOST', {
        default: '127.0.0.1',
        meaning: 'Address on which the observer listens',
      }),
      observerPort: from.integer('OBSERVER_PORT', {
        default: 8780,
        min: 0,
        max: 65_535,
        meaning: 'Port on which the observer listens; 0 takes any free one',
      }),
      hostNames: from.list('OBSERVER_NAMES', {
        default: [],
        shownDefault: 'none',
        meaning: 'Names, besides those of loopback, by which a browser may ask for the observer',
      }),
      allowOpenObserver: from.boolean('ALLOW_OPEN_OBSERVER', {
        default: false,
        meaning: 'Lets it listen beyond loopback, for a container whose port is published on loopback only',
      }),
      budgetMb: from.integer('OBSERVER_BUDGET_MB', {
        default: 32,
        min: 1,
        max: 65_536,
        meaning: 'Memory for messages, MB; what was silent longest is forgotten first',
      }),
      recordFile: from.text('OBSERVER_RECORD', {
        default: undefined,
        meaning: 'File that every event is written to, one JSON object a line',
      }),
      replayFile: from.text('OBSERVER_REPLAY', {
        default: undefined,
        meaning: 'A recording that is shown instead of a bus',
      }),
      replaySpeed: from.number('OBSERVER_REPLAY_SPEED', {
        default: 0,
        min: 0,
        max: 1_000,
        meaning: 'How fast it is shown: 1 in the time it took, 0 as fast as it can be read',
      }),
    };
    from.check(
      config.allowOpenObserver || isLoopback(config.observerHost),
      'OBSERVER_HOST',
      'an address of loopback, because anybody may ask: set ALLOW_OPEN_OBSERVER=1 if what can reach it is safe',
    );
    checkLabAddress(from, 'OBSERVER_HOST', isLoopback(config.observerHost), config);
    from.check(
      config.recordFile === undefined || config.replayFile === undefined,
      'OBSERVER_RECORD',
      'no OBSERVER_REPLAY beside it: a recording of a recording is the recording',
    );
    return config;
  });
}
