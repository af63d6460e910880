import { z } from 'zod';
import type { EventStream } from '../events/event-stream.ts';
import { type Operation, operation } from '../http/operation.ts';
import { status } from '../schemas/status.ts';
import type { StatusView } from '../status-view.ts';

/** How the observer is, and what changes as it changes. */
export function statusOperations(stream: EventStream, view: () => StatusView): readonly Operation[] {
  return [
    operation({
      path: '/api/status',
      summary: 'How well the bus is seen, what is remembered, what was missed',
      answer: status,
      run: view,
    }),
    operation({
      path: '/api/events',
      summary:
        'Server-sent events: `hello` (the status), `flow` (a summary that is new or different), `forgotten`, `log` (of that request lines came), `state` (the topology), `gap`, ' +
        '`status`, `lab` (as `/api/lab` answers, when it is another than it was), and `reset` when what was missed since `Last-Event-ID` is not remembered',
      query: z.object({
        last_event_id: z
          .string()
          .exactOptional()
          .meta({ description: 'Go on after this event; the header `Last-Event-ID` goes before it' }),
      }),
      mediaType: 'text/event-stream',
      answer: z.string(),
      run: ({ request, query }, response) => {
        const header = request.headers['last-event-id'];
        const last = typeof header === 'string' ? header : query.last_event_id;
        stream.serve(response, last === '' ? undefined : last);
        return undefined;
      },
    }),
  ];
}
