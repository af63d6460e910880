import type { Flow, FlowHop, MessageView } from '@novasim/trace';
import { useResource } from '../data/resource.ts';
import { clock, duration } from '../parts/figures.ts';
import { Json } from '../parts/json.tsx';
import { Words } from '../parts/words.tsx';
import { EndsLog } from './ends-log.tsx';
import { sentenceOf } from './hop-name.ts';
import { KindSample } from './legend.tsx';
import { Route } from './route.tsx';

interface InspectorProps {
  readonly flow: Flow;
  readonly hop: FlowHop;
  readonly says: ReadonlyMap<number, string>;
  /** Ids of the messages that are drawn, in their order. */
  readonly steps: readonly number[];
  readonly onStep: (by: number) => void;
  readonly onClose: () => void;
}

/** Everything that is known of one message. */
export function Inspector({ flow, hop, says, steps, onStep, onClose }: InspectorProps) {
  const { state, reload } = useResource<MessageView>(`/api/messages/${hop.id}`);
  const message = state.value;
  const at = steps.indexOf(hop.id);
  const hasFailed = hop.error !== undefined || hop.outcome === 'lost' || hop.outcome === 'timed out';

  return (
    <aside class="inspector" aria-label="Message">
      <header>
        <span class="soft">
          {at === -1
            ? 'Said beside the messages'
            : `${(at + 1).toLocaleString('en')} of ${steps.length.toLocaleString('en')}`}
        </span>
        <button type="button" onClick={() => onStep(-1)} disabled={at <= 0}>
          Before
        </button>
        <button type="button" onClick={() => onStep(1)} disabled={at >= steps.length - 1}>
          Next
        </button>
        <button type="button" class="plain" onClick={onClose}>
          Close
        </button>
      </header>
      <h2>
        <KindSample kind={hasFailed ? 'failure' : hop.kind} /> {hop.method ?? hop.kind}
      </h2>
      <p class="sentence" aria-live="polite">
        <Words text={sentenceOf(hop, says, flow)} />
      </p>
      <dl class="facts">
        <dt>Kind</dt>
        <dd>{hop.kind}</dd>
        <dt>From</dt>
        <dd>{hop.from}</dd>
        <dt>To</dt>
        <dd>{hop.copies?.map(({ lane }) => lane).join(', ') || hop.to}</dd>
        <dt>Outcome</dt>
        <dd class={hasFailed ? 'kind-failure' : undefined}>{hop.outcome}</dd>
        {hop.error !== undefined && (
          <>
            <dt>Error</dt>
            <dd class="kind-failure">{hop.error}</dd>
          </>
        )}
        <dt>Why</dt>
        <dd>
          <Words text={hop.why} />
        </dd>
      </dl>
      <h3>When</h3>
      <dl class="facts">
        <dt>Sent</dt>
        <dd>
          {duration(hop.t_ms)} <span class="soft">{clock(flow.started_at_ms + hop.t_ms)}</span>
        </dd>
        {hop.delivered_t_ms !== undefined && (
          <>
            <dt>Delivered</dt>
            <dd>{duration(hop.delivered_t_ms - hop.t_ms)} later</dd>
          </>
        )}
        {hop.kind === 'call' && hop.ended_t_ms !== undefined && (
          <>
            <dt>Answered</dt>
            <dd>{duration(hop.ended_t_ms - hop.t_ms)} after it was sent</dd>
          </>
        )}
      </dl>
      <h3>Route</h3>
      <Route hop={hop} route={message.is === 'ready' ? message.value.route : undefined} />
      <EndsLog flow={flow} hop={hop} />
      {message.is === 'failed' && (
        <p class="soft" role="alert">
          The message itself could not be fetched: {message.fault.message}.{' '}
          <button type="button" onClick={reload}>
            Try again
          </button>
        </p>
      )}
      {message.is === 'ready' && <MessageParts message={message.value} />}
    </aside>
  );
}

function MessageParts({ message }: { readonly message: MessageView }) {
  const decoded = message.message;
  const isRequest = typeof decoded === 'object' && decoded !== null && 'args' in decoded;
  return (
    <>
      <Json
        title={isRequest ? 'Arguments' : 'Message'}
        value={isRequest ? decoded.args : (decoded ?? message.body)}
        isOpen
      />
      {isRequest && <Json title="Message, decoded" value={decoded} />}
      {message.envelope !== undefined && <Json title="Envelope, as it travelled" value={message.envelope} />}
      <Json title="Headers" value={message.headers} />
      <Json title="Properties" value={message.properties} />
      <p class="soft">
        {message.bytes.toLocaleString('en')} bytes
        {message.is_cut && ', of which the observer kept the beginning'}
        {message.program && `, published by ${message.program}`}
        {message.user && ` as ${message.user}`}
      </p>
    </>
  );
}
