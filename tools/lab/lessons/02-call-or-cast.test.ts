import { testLesson } from '../testing.ts';
import { callOrCast } from './02-call-or-cast.ts';

testLesson(callOrCast, ['yes: the api has only sent a cast', 'it waits for the answer', '5', '_msg_id']);
