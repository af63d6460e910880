import { z } from 'zod';
import { HttpFault } from '../http/http-fault.ts';
import { type Operation, operation } from '../http/operation.ts';
import type { Observation } from '../observation.ts';
import { cloud, route, topology } from '../schemas/bus.ts';
import { routeViewOf } from '../state/route.ts';
import { topologyOf } from '../state/topology.ts';

/** The bus as it stands, and the cloud as the bus shows it. */
export function busOperations(observation: Observation): readonly Operation[] {
  return [
    operation({
      path: '/api/topology',
      summary: 'Exchanges, bindings, queues and consumers, with depths and rates, and where messages would be lost',
      answer: topology,
      run: () => topologyOf(observation.state, observation.rates, observation.nowMs),
    }),
    operation({
      path: '/api/route',
      summary: 'What would happen to a message with this exchange and routing key',
      query: z.object({
        exchange: z.string('wants the name of an exchange; empty for the default one'),
        routing_key: z.string().default(''),
      }),
      answer: route,
      run: ({ query: { exchange, routing_key } }) => {
        const { state } = observation;
        if (state === undefined) throw new HttpFault(503, 'The broker has not said yet which bindings there are.');
        return routeViewOf(state, exchange, routing_key);
      },
    }),
    operation({
      path: '/api/cloud',
      summary: 'Hosts and instances, put together from what travelled',
      answer: cloud,
      run: () => observation.cloud.view(observation.state),
    }),
  ];
}
