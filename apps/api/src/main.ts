import { runService } from '@novasim/service';
import { readConfig, startApi } from './service.ts';

await runService('api', readConfig, startApi);
