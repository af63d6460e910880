import { testLesson } from '../testing.ts';
import { joinFromPython } from './12-join-from-python.ts';

testLesson(joinFromPython, [
  'an answer',
  'into a queue of its own, straight and not through the exchange nova',
  'an error',
  '2',
]);
