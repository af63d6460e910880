import { expect, test } from 'vitest';
import { boot } from '../../test/recorded.ts';
import { bothEnds } from './both-ends.ts';

test('a cast is sent and received; a call is handled too', () => {
  const [cast] = boot.hops;
  const call = boot.hops.find(({ kind }) => kind === 'call');

  expect(cast && bothEnds(cast).map(({ who, says }) => `${who} ${says}`)).toEqual([
    'api sent cast run_instance nova/scheduler',
    'scheduler received cast run_instance nova/scheduler',
  ]);
  expect(call && bothEnds(call).at(-1)).toMatchObject({
    who: 'conductor',
    says: 'handled call instance_update nova/conductor ms=1.6',
  });
});

test('what nobody has received is only sent', () => {
  const [cast] = boot.hops;
  const { delivered_t_ms: _, ...waiting } = cast ?? expect.unreachable();

  expect(bothEnds(waiting)).toHaveLength(1);
});
