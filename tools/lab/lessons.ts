import type { Lesson } from './lesson.ts';
import { firstBoot } from './lessons/01-first-boot.ts';
import { callOrCast } from './lessons/02-call-or-cast.ts';
import { topicServerFanout } from './lessons/03-topic-server-fanout.ts';
import { whoTimedOut } from './lessons/04-who-timed-out.ts';
import { theLostCast } from './lessons/05-the-lost-cast.ts';
import { theMissingReplyQueue } from './lessons/06-the-missing-reply-queue.ts';
import { twins } from './lessons/07-twins.ts';
import { reschedule } from './lessons/08-reschedule.ts';
import { noValidHost } from './lessons/09-no-valid-host.ts';
import { prefetch } from './lessons/10-prefetch.ts';
import { brokerRestart } from './lessons/11-broker-restart.ts';
import { joinFromPython } from './lessons/12-join-from-python.ts';

/** All lessons, in their order. */
export const LESSONS: readonly Lesson[] = [
  firstBoot,
  callOrCast,
  topicServerFanout,
  whoTimedOut,
  theLostCast,
  theMissingReplyQueue,
  twins,
  reschedule,
  noValidHost,
  prefetch,
  brokerRestart,
  joinFromPython,
];
