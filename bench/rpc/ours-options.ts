// biome-ignore-all lint/correctness/noUndeclaredDependencies: what libs/rpc declares for its tests
import { context, propagation } from '@opentelemetry/api';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { AdapterOptions } from '../../libs/rpc/bench/adapter.ts';

/** `idle`: the interceptor is there and no SDK is registered. `spans`: each span is made, batched, and dropped when exported. */
export type Tracing = 'off' | 'idle' | 'spans';

/** What a program of ours is connected with. Nothing of OpenTelemetry's SDK is loaded unless it is asked for. */
export async function ourOptions(tracing: string | undefined): Promise<AdapterOptions> {
  if (tracing !== 'idle' && tracing !== 'spans') return {};
  const { telemetry } = await import('../../libs/rpc/src/telemetry/index.ts');
  if (tracing === 'idle') return { interceptors: [telemetry()] };

  const [{ AsyncLocalStorageContextManager }, { W3CTraceContextPropagator }, { BatchSpanProcessor, TracerProvider }] =
    await Promise.all([
      import('@opentelemetry/context-async-hooks'),
      import('@opentelemetry/core'),
      import('@opentelemetry/sdk-trace'),
    ]);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  const exporter: SpanExporter = { export: (_spans, done) => done({ code: 0 }), shutdown: async () => {} };
  const spanProcessors = [new BatchSpanProcessor({ exporter })];
  return { interceptors: [telemetry({ tracerProvider: new TracerProvider({ spanProcessors }) })] };
}
