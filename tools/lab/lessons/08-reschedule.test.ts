import { testLesson } from '../testing.ts';
import { reschedule } from './08-reschedule.ts';

testLesson(reschedule, [
  'a cast to conductor',
  'the conductor, from the list that came with the first choice',
  'BUILD all the time, then ACTIVE',
]);
