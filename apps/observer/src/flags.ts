import { parseArgs } from 'node:util';
import { ConfigError } from '@novasim/service';

/** Flags of `npm run observe --`, each another way to set a variable. */
const VARIABLES = {
  url: 'TRANSPORT_URL',
  management: 'MANAGEMENT_URL',
  port: 'OBSERVER_PORT',
  record: 'OBSERVER_RECORD',
  replay: 'OBSERVER_REPLAY',
  speed: 'OBSERVER_REPLAY_SPEED',
  'budget-mb': 'OBSERVER_BUDGET_MB',
  api: 'NOVASIM_API_URL',
} as const;

/** The environment with what was typed on top. @throws {ConfigError} for a flag that is not known, or without its value */
export function withFlags(env: NodeJS.ProcessEnv, args: readonly string[]): NodeJS.ProcessEnv {
  const options = Object.fromEntries(Object.keys(VARIABLES).map((name) => [name, { type: 'string' as const }]));
  try {
    const { values } = parseArgs({ args: [...args], options });
    const set = Object.entries(VARIABLES).map(([flag, variable]) => [variable, values[flag] ?? env[variable]] as const);
    return { ...env, ...Object.fromEntries(set) };
  } catch (error) {
    const value = args.find((arg) => error instanceof Error && error.message.includes(arg)) ?? args.join(' ');
    const wanted = Object.keys(VARIABLES).map((flag) => `--${flag} VALUE`);
    throw new ConfigError([{ variable: 'flag', value, wanted: `one of ${wanted.join(', ')}` }]);
  }
}
