import { testLesson } from '../testing.ts';
import { theMissingReplyQueue } from './06-the-missing-reply-queue.ts';

testLesson(theMissingReplyQueue, [
  'it answers as ever',
  'it sends it again and again',
  'no: the new process has a reply queue of its own',
]);
