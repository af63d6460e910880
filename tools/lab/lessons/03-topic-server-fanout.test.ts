import { testLesson } from '../testing.ts';
import { topicServerFanout } from './03-topic-server-fanout.ts';

testLesson(topicServerFanout, ['1', 'now the one, now the other', 'compute. and the name of the host', '2']);
