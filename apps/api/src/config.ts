import {
  baseConfig,
  checkLabAddress,
  type From,
  isLoopback,
  notifyConfig,
  readEnv,
  storeConfig,
  toldLogConfig,
} from '@novasim/service';

export type ApiConfig = ReturnType<typeof readConfig>;

/** @throws {ConfigError} listing every bad variable at once. */
export function readConfig(env: NodeJS.ProcessEnv) {
  return readEnv(env, (from: From) => {
    const config = {
      ...baseConfig(from),
      ...storeConfig(from),
      ...notifyConfig(from),
      ...toldLogConfig(from),
      apiHost: from.text('API_HOST', { default: '127.0.0.1', meaning: 'Address on which the api listens' }),
      apiPort: from.integer('API_PORT', {
        default: 8774,
        min: 0,
        max: 65_535,
        meaning: 'Port on which the api listens; 0 takes any free one',
      }),
      authMode: from.oneOf('AUTH_MODE', ['optional', 'required'], {
        default: 'optional',
        meaning: '`optional`: a request without a token acts as the user and project `demo`; `required`: it is 401',
      }),
      allowOpenApi: from.boolean('ALLOW_OPEN_API', {
        default: false,
        meaning:
          'Lets `AUTH_MODE=optional` listen beyond loopback, for a container whose port is published on loopback only',
      }),
      adminPassword: from.secret('ADMIN_PASSWORD', {
        default: undefined,
        meaning: 'Password of the user `admin`; not set: a random one that nobody knows',
      }),
      demoPassword: from.secret('DEMO_PASSWORD', {
        default: undefined,
        meaning: 'Password of the user `demo`; not set: a random one that nobody knows',
      }),
      tokenTtlS: from.integer('TOKEN_TTL_S', {
        default: 3_600,
        min: 1,
        max: 31_536_000,
        meaning: 'How long a token is good, seconds',
      }),
      maxLimit: from.integer('OSAPI_MAX_LIMIT', {
        default: 1_000,
        min: 1,
        max: 1_000,
        meaning: 'Most items in one answer to a list',
      }),
      maxServersPerRequest: from.integer('MAX_SERVERS_PER_REQUEST', {
        default: 1_000,
        min: 1,
        max: 100_000,
        meaning: 'Most servers that one request may ask for',
      }),
      maxBodyBytes: from.integer('MAX_REQUEST_BODY_BYTES', {
        default: 114_688,
        min: 1_024,
        max: 16_777_216,
        meaning: 'Longest request body',
      }),
      castTimeoutMs: from.duration('CAST_TIMEOUT_MS', {
        default: 5_000,
        min: 1,
        meaning: 'How long a request waits for the bus to take its message before it is 503',
      }),
    };
    from.check(
      config.authMode === 'required' || config.allowOpenApi || isLoopback(config.apiHost),
      'API_HOST',
      'an address of loopback while AUTH_MODE=optional lets anybody in: set AUTH_MODE=required, or ALLOW_OPEN_API=1 if what can reach it is safe',
    );
    checkLabAddress(from, 'API_HOST', isLoopback(config.apiHost), config);
    return config;
  });
}
