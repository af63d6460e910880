import type { BusStateEvent } from '@novasim/trace';

/** A place where messages wait for nobody or go nowhere. */
export interface DeadEnd {
  readonly kind: 'unread queue' | 'unbound exchange' | 'ownerless reply queue';
  /** Of the queue or exchange. */
  readonly name: string;
  readonly why: string;
}

export function deadEndsOf({ exchanges, queues, bindings }: BusStateEvent): readonly DeadEnd[] {
  const bound = new Set(bindings.map(({ exchange }) => exchange));
  return [
    ...queues
      .filter(({ consumers }) => consumers === 0)
      .flatMap(({ name, ready }): readonly DeadEnd[] => {
        if (isReplyQueue(name)) {
          const why = `nobody consumes from ${name}: the caller that replies are for is gone`;
          return [{ kind: 'ownerless reply queue', name, why }];
        }
        const waiting = ready === 1 ? 'one message waits' : `${ready} messages wait`;
        return ready === 0
          ? []
          : [{ kind: 'unread queue', name, why: `${waiting} in ${name}, which nobody consumes from` }];
      }),
    ...exchanges
      .filter(({ name }) => isSomebodys(name) && !bound.has(name))
      .map(
        ({ name }): DeadEnd => ({
          kind: 'unbound exchange',
          name,
          why: `no queue is bound to ${name}: what is published there is dropped`,
        }),
      ),
  ];
}

/** oslo.messaging's name for the queue in which a process waits for its replies. */
function isReplyQueue(name: string): boolean {
  return name.startsWith('reply_');
}

/** The default exchange and the `amq.*` ones are there whether anybody uses them or not. */
function isSomebodys(exchange: string): boolean {
  return exchange !== '' && !exchange.startsWith('amq.');
}
