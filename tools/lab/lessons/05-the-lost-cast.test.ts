import { testLesson } from '../testing.ts';
import { theLostCast } from './05-the-lost-cast.ts';

testLesson(theLostCast, [
  'no: the broker has forgotten it',
  'it waits in the queue of the host, and is built when the host is back',
  'the conductor',
]);
