import { brokersUnderTest } from '@novasim/testkit';
import { testLesson } from '../testing.ts';
import { brokerRestart } from './11-broker-restart.ts';

testLesson(brokerRestart, [
  'it is gone with the queue',
  'it fails as soon as it is connected again',
  'none: they come back by themselves',
]);

const brokers = await brokersUnderTest();
if (brokers.some(({ kind }) => kind === 'local')) {
  const expected = [
    'it is delivered when the host is back',
    'it gets its answer',
    'none: they come back by themselves',
  ];
  testLesson(brokerRestart, expected, { broker: 'rabbitmq' });
}
