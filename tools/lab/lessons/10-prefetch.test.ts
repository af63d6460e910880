import { testLesson } from '../testing.ts';
import { prefetch } from './10-prefetch.ts';

testLesson(prefetch, ['5', 'with the busy press, although the other one has nothing to do', '8']);
