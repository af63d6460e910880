/** `npm run lab -- 1`: plays a lesson of docs/labs on a cloud of its own, and checks what the learner expected. */
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { LESSON_BROKERS } from './lesson-broker.ts';
import { startLessonCloud } from './lesson-cloud.ts';
import { readLessonText } from './lesson-text.ts';
import { LESSONS } from './lessons.ts';
import { runLesson } from './run-lesson.ts';

const API_PORT = 8774;
const OBSERVER_PORT = 8780;

const { positionals, values } = parseArgs({ allowPositionals: true, options: { broker: { type: 'string' } } });
const lesson = LESSONS.find(({ number }) => String(number) === positionals[0]);
if (lesson === undefined) {
  const titles = LESSONS.map((each) => `  npm run lab -- ${each.number}   ${readLessonText(each).title}`);
  console.error(`Which lesson? ${positionals[0] ?? 'none'} is none of these:\n\n${titles.join('\n')}`);
  process.exit(2);
}
const broker = LESSON_BROKERS.find((kind) => kind === (values.broker ?? 'embedded'));
if (broker === undefined) {
  console.error(`Which broker? ${values.broker} is none of ${LESSON_BROKERS.join(', ')}`);
  process.exit(2);
}
const lack = await lesson.needs?.lack();
if (lack !== undefined) {
  console.error(`This lesson needs something that is not here. ${lack}`);
  process.exit(2);
}

console.log('Starting a cloud for this lesson …\n');
await using cloud = await startLessonCloud({ lesson, broker, apiPort: API_PORT, observerPort: OBSERVER_PORT });
using terminal = createInterface({ input: process.stdin });
const lines = terminal[Symbol.asyncIterator](); // keeps what was typed, or piped in, before it is asked for
const asked = async (prompt: string): Promise<string> => {
  process.stdout.write(prompt);
  const { value = '' } = await lines.next();
  return value;
};
const verdicts = await runLesson(lesson, cloud, {
  say: (text) => console.log(text),
  ask: () => asked('   your answer: '),
});
const right = verdicts.filter(({ isRight }) => isRight).length;
console.log(`\n${right} of ${verdicts.length} as you expected.`);
if (process.stdin.isTTY) await asked('Look at the picture as long as you like; Enter ends the cloud. ');
