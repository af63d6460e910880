import { testLesson } from '../testing.ts';
import { noValidHost } from './09-no-valid-host.ts';

testLesson(noValidHost, ['202 Accepted', 'scheduler', 'RamFilter', '0']);
