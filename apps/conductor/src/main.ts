import { runService } from '@novasim/service';
import { readConfig, startConductor } from './service.ts';

await runService('conductor', readConfig, startConductor);
