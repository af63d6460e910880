import { instanceUuid } from '@novasim/cloud';
import { expect, test } from 'vitest';
import * as errors from './errors.ts';

const uuid = instanceUuid('2a272571-595e-46d3-8535-c3d1ba9b0303');

test.for([
  [new errors.InstanceNotFound(uuid), 'InstanceNotFound', `Instance ${uuid} could not be found.`],
  [
    new errors.UnexpectedTaskStateError(uuid, 'a', 'b'),
    'UnexpectedTaskStateError',
    `Conflict updating instance ${uuid}. Expected: a. Actual: b`,
  ],
  [new errors.NoMoreFixedIps('demo'), 'NoMoreFixedIps', 'No fixed IP addresses available for network: demo'],
] as const)('%s is spelled as Nova spells it', ([error, name, message]) => {
  expect(error).toMatchObject({ name, module: 'nova.exception', message });
});
