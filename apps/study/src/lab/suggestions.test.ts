import { expect, test } from 'vitest';
import { topologyWith } from '../../test/topologies.ts';
import { methodsOf, suggestionsFrom } from './suggestions.ts';

test('topics and their members come from the bus, services from the lab; the lab itself is left out', () => {
  const lab = [
    { name: 'lab', consumers: 1 },
    { name: 'lab.compute.box', consumers: 1 },
  ];
  const services = [
    { name: 'compute.box', service: 'compute' },
    { name: 'launcher.box', service: 'launcher' },
  ];

  expect(suggestionsFrom([...topologyWith({ hosts: 2 }).queues, ...lab], services)).toEqual({
    topics: ['compute', 'scheduler'],
    servers: new Map([
      ['compute', ['h1', 'h2']],
      ['scheduler', ['box']],
    ]),
    services: ['compute', 'compute.box'],
  });
});

test('methods are those that a topic is asked in the known flows', () => {
  expect(methodsOf('scheduler')).toContain('run_instance');
  expect(methodsOf('scheduler')).not.toContain('build_and_run_instance');
  expect(methodsOf('')).toContain('build_and_run_instance');
});
