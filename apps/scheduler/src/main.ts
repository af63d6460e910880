import { runService } from '@novasim/service';
import { readConfig, startScheduler } from './service.ts';

await runService('scheduler', readConfig, startScheduler);
