import { expect, test } from 'vitest';
import { topologyWith } from '../../test/topologies.ts';
import { busModel } from './bus-model.ts';
import { pathOf } from './question.ts';

const answer = (exchange: string, names: readonly string[]) => ({
  exchange,
  routing_key: 'x',
  verdict: 'so it is',
  queues: names.map((name) => ({ name, via: [], ready: 0, consumers: 1 })),
});

test('a message to one server lights up the fold that its queue is in', () => {
  const { folds, exchanges } = pathOf(busModel(topologyWith()), answer('nova', ['compute.h2']));

  expect([...folds]).toEqual(['compute.‹server›']);
  expect([...exchanges]).toEqual(['nova']);
});

test('an exchange on the way to another lights up, too', () => {
  const topology = topologyWith();
  const onward = {
    exchange: 'lonely_fanout',
    destination: 'nova',
    destination_type: 'exchange',
    routing_key: '',
  } as const;
  const model = busModel({ ...topology, bindings: [...topology.bindings, onward] });

  expect([...pathOf(model, answer('lonely_fanout', ['scheduler'])).exchanges]).toEqual(['lonely_fanout', 'nova']);
  expect([...pathOf(model, answer('lonely_fanout', [])).exchanges]).toEqual(['lonely_fanout']);
});
