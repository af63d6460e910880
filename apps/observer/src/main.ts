import { runService } from '@novasim/service';
import { withFlags } from './flags.ts';
import { readConfig, startObserver } from './service.ts';

await runService('observer', (env) => readConfig(withFlags(env, process.argv.slice(2))), startObserver);
