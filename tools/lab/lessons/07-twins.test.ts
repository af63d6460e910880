import { testLesson } from '../testing.ts';
import { twins } from './07-twins.ts';

testLesson(twins, ['1', '_unique_id', '2', '1']);
