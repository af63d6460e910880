import { runService } from '@novasim/service';
import { readConfig, startCompute } from './service.ts';

await runService('compute', readConfig, startCompute);
