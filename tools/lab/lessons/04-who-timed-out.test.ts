import { testLesson } from '../testing.ts';
import { whoTimedOut } from './04-who-timed-out.ts';

testLesson(whoTimedOut, [
  'the host: it called, and it looks at its own clock',
  'yes: only its answer is late',
  'it asks the network to free whatever it had',
  'it is delivered, and nobody waits for it any more',
]);
