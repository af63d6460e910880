import { testLesson } from '../testing.ts';
import { firstBoot } from './01-first-boot.ts';

testLesson(firstBoot, ['before: the api has only passed it on', '3', 'a call to network']);
