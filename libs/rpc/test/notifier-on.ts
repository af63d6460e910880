import type { Bus } from '@novasim/testkit';
import { connect, Notifier, type NotifierOptions } from '../src/index.ts';

/** A notifier with a transport of its own. */
export async function notifierOn(
  bus: Bus,
  options: NotifierOptions = {},
): Promise<{ notifier: Notifier } & AsyncDisposable> {
  const transport = await connect(bus.url);
  const notifier = new Notifier(transport, { publisherId: 'compute.host1', ...options });
  return { notifier, [Symbol.asyncDispose]: () => transport.close() };
}
