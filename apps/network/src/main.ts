import { runService } from '@novasim/service';
import { readConfig, startNetwork } from './service.ts';

await runService('network', readConfig, startNetwork);
