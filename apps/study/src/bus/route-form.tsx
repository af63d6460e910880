import type { RefObject } from 'preact';
import type { Loaded } from '../data/resource.ts';
import { exchangeName, queueFacts } from './bus-words.ts';
import type { RouteAnswer, Topology } from './topology.ts';

interface RouteFormProps {
  readonly topology: Topology;
  /** Undefined: nothing is asked. Empty: the default exchange. */
  readonly exchange: string | undefined;
  readonly routingKey: string;
  readonly answer: Loaded<RouteAnswer>;
  readonly keyField: RefObject<HTMLInputElement | null>;
  readonly onAsk: (exchange: string, key: string) => void;
  readonly onClear: () => void;
}

/** What would happen to a message with this exchange and routing key: answered as one types. */
export function RouteForm({ topology, exchange, routingKey, answer, keyField, onAsk, onClear }: RouteFormProps) {
  const names = topology.exchanges.map(({ name }) => name).filter((name) => isOffered(name) || name === exchange);
  const keys = [...new Set(topology.bindings.filter((one) => one.exchange === exchange).map((one) => one.routing_key))];
  return (
    <search class="route-form" aria-label="What would happen to a message">
      <h2>What would happen to a message</h2>
      <div class="fields">
        <label>
          <span>sent to the exchange</span>
          <select
            value={exchange === undefined ? NONE : `=${exchange}`}
            onChange={({ currentTarget: { value } }) =>
              value === NONE ? onClear() : onAsk(value.slice(1), routingKey)
            }
          >
            <option value={NONE}>Choose one</option>
            {names.map((name) => (
              <option key={name} value={`=${name}`}>
                {exchangeName(name)}
              </option>
            ))}
          </select>
        </label>
        <label class="grow">
          <span>with the routing key</span>
          <input
            ref={keyField}
            type="text"
            value={routingKey}
            list="routing-keys"
            spellcheck={false}
            autocomplete="off"
            placeholder={keys.find((key) => key !== '')}
            onInput={({ currentTarget: { value } }) => onAsk(exchange ?? '', value)}
          />
          <datalist id="routing-keys">
            {keys.slice(0, MOST_OFFERED).map((key) => (
              <option key={key} value={key} />
            ))}
          </datalist>
        </label>
        {exchange !== undefined && (
          <button type="button" class="plain" onClick={onClear}>
            Clear
          </button>
        )}
      </div>
      <div class="answer" role="status">
        {exchange === undefined ? (
          <p class="soft">An exchange or a binding that is pressed in the graph is asked about, too.</p>
        ) : (
          <Answer answer={answer} />
        )}
      </div>
    </search>
  );
}

const NONE = '-';
const MOST_OFFERED = 200;
const MOST_LISTED = 6;

function isOffered(name: string): boolean {
  return !name.startsWith('amq.');
}

function Answer({ answer }: { readonly answer: Loaded<RouteAnswer> }) {
  if (answer.is === 'loading') return null;
  if (answer.is === 'failed') return <p class="verdict">{answer.fault.message}</p>;
  const { verdict, queues } = answer.value;
  return (
    <>
      <p class="verdict">{verdict}</p>
      {queues.length > 1 && (
        <ul>
          {queues.slice(0, MOST_LISTED).map(({ name, ready, consumers }) => (
            <li key={name}>
              {name}{' '}
              <span class="soft">
                {queueFacts({ ready, unacknowledged: 0 })} ·{' '}
                {consumers === 0 ? 'no consumer' : `consumers: ${consumers}`}
              </span>
            </li>
          ))}
          {queues.length > MOST_LISTED && <li class="soft">and {queues.length - MOST_LISTED} more</li>}
        </ul>
      )}
    </>
  );
}
