import { connect, type RequestContext, RpcClient, serve } from '@novasim/rpc';

/** Two presses that share one queue of jobs, and a clerk who calls them. A press prints one job at a time. */
export interface PrintShop extends AsyncDisposable {
  /** Calls `print`; resolves when the job is done. */
  print(ctx: RequestContext, job: string): Promise<void>;
  /** Resolves with the press that has begun the big job, and is busy with it until {@link finish}. */
  readonly busy: Promise<string>;
  finish(): void;
}

export interface PrintShopOptions {
  /** `rabbit_qos_prefetch_count`: how many messages the broker hands a press beyond what it has acknowledged; 0 is the library's own bound, 100. */
  readonly prefetch: number;
}

/** The job that takes as long as one wants. */
export const BIG = 'big';
const PRESSES = ['press1', 'press2'];
const TOPIC = 'print';

interface PrintEndpoint {
  print(ctx: RequestContext, args: { readonly job: string }): Promise<string>;
}

/** Opens the shop on the bus of a lesson's cloud; each press and the clerk has connections of its own. */
export async function openPrintShop(brokerUrl: string, { prefetch }: PrintShopOptions): Promise<PrintShop> {
  await using opened = new AsyncDisposableStack();
  const begun = Promise.withResolvers<string>();
  const finished = Promise.withResolvers<void>();
  const join = (name: string) =>
    connect(brokerUrl, { name, controlExchange: 'shop', options: { rabbit_qos_prefetch_count: prefetch } });
  for (const press of PRESSES) {
    const endpoint: PrintEndpoint = {
      async print(_ctx, { job }) {
        if (job !== BIG) return press;
        begun.resolve(press);
        await finished.promise;
        return press;
      },
    };
    const transport = opened.use(await join(press));
    opened.use(await serve(transport, { topic: TOPIC, server: press }, [endpoint], { workers: 1 }));
  }
  const clerk = new RpcClient<PrintEndpoint>(opened.use(await join('clerk')), { topic: TOPIC });
  opened.defer(() => finished.resolve()); // a press that is still busy would not stop
  const closing = opened.move();
  return {
    print: async (ctx, job) => void (await clerk.call(ctx, 'print', { job })),
    busy: begun.promise,
    finish: () => finished.resolve(),
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}
