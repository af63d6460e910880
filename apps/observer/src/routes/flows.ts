import { compareFlows, type Diagram, diagramOf, type Flow, toMermaid, toPlantUml, toSvg } from '@novasim/trace';
import { z } from 'zod';
import { unknown } from '../http/http-fault.ts';
import { type Operation, operation } from '../http/operation.ts';
import type { Observation } from '../observation.ts';
import { comparison, flow, flowList, log, message } from '../schemas/flows.ts';

const DIGITS = /^\d{1,15}$/;
const wholeNumber = (what: string) => z.string().regex(DIGITS, `wants ${what}`).transform(Number);

/** A sequence diagram by the ending of its path. */
const DRAWINGS: readonly {
  readonly ending: string;
  readonly mediaType: string;
  readonly what: string;
  readonly draw: (diagram: Diagram) => string;
}[] = [
  { ending: 'mmd', mediaType: 'text/vnd.mermaid', what: 'Mermaid text', draw: toMermaid },
  { ending: 'puml', mediaType: 'text/x-plantuml', what: 'PlantUML text', draw: toPlantUml },
  { ending: 'svg', mediaType: 'image/svg+xml', what: 'an SVG picture', draw: (diagram) => toSvg(diagram) },
];

/** Flows and their messages. */
export function flowOperations(observation: Observation): readonly Operation[] {
  const { store } = observation;
  const found = (field: string, id: string): Flow => {
    const it = store.flow(id, observation.nowMs);
    if (it === undefined) throw unknown('flow', field, id);
    return it;
  };
  const byId = z.object({ request_id: z.string() });

  return [
    operation({
      path: '/api/flows',
      summary: 'What travelled, a line for each request, newest first',
      query: z.object({
        q: z.string().default('').meta({
          description: 'Words that must all be found: request id, instance, method, msg_id, error; `key:value`',
        }),
        limit: wholeNumber('a whole number from 1 to 1000')
          .pipe(z.number().min(1, 'wants at least 1').max(1_000, 'wants at most 1000'))
          .default(100),
        before: wholeNumber('milliseconds since 1970')
          .exactOptional()
          .meta({ description: 'Only flows that began before: `started_at_ms` of the last line of the page before' }),
      }),
      answer: flowList,
      run: ({ query }) => ({ flows: store.flows(query, observation.nowMs) }),
    }),
    ...DRAWINGS.map(({ ending, mediaType, what, draw }) =>
      operation({
        path: `/api/flows/{request_id}.${ending}`,
        summary: `One request as ${what}`,
        params: byId,
        mediaType,
        answer: z.string(),
        run: ({ params }) => draw(diagramOf(found('request_id', params.request_id))),
      }),
    ),
    operation({
      path: '/api/flows/{request_id}',
      summary: 'One request: its lanes, hops and marks',
      params: byId,
      answer: flow,
      run: ({ params }) => found('request_id', params.request_id),
    }),
    operation({
      path: '/api/flows/{request_id}/log',
      summary: 'What the services logged of one request, where they say it on the bus; empty where they do not',
      params: byId,
      answer: log,
      run: ({ params }) => ({ lines: observation.log.of(params.request_id) }),
    }),
    operation({
      path: '/api/flows/{a}/compare/{b}',
      summary: 'Two requests side by side',
      params: z.object({ a: z.string(), b: z.string() }),
      answer: comparison,
      run: ({ params }) => {
        const [a, b] = [found('a', params.a), found('b', params.b)];
        return { a, b, ...compareFlows(a, b) };
      },
    }),
    operation({
      path: '/api/messages/{id}',
      summary: 'One message: envelope, headers, properties, route and times; secrets masked',
      params: z.object({ id: wholeNumber('the number of a message') }),
      answer: message,
      run: ({ params }) => {
        const view = store.message(params.id, observation.nowMs);
        if (view === undefined) throw unknown('message', 'id', params.id);
        return view;
      },
    }),
  ];
}
