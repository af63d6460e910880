import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freshBus, type RabbitmqAddress } from '../../libs/testkit/src/index.ts';
import { endOf } from './end-of.ts';

/** A bus of a scenario's own. */
export interface BenchBus extends AsyncDisposable {
  readonly name: string;
  readonly url: string;
  readonly managementUrl: string;
}

/** Opens a bus on a broker; each time another. */
export type OpenBus = () => Promise<BenchBus>;

/** On a broker process of its own. */
export const openEmbedded: OpenBus = async () => {
  const child = fork(fileURLToPath(new URL('./broker-main.ts', import.meta.url)), { execArgv: [] });
  const gone = endOf(child, 'the broker');
  const [told] = (await Promise.race([once(child, 'message'), gone])) as [{ url: string; managementUrl: string }]; // see broker-main.ts
  return {
    name: 'embedded broker',
    ...told,
    async [Symbol.asyncDispose]() {
      child.disconnect();
      await gone.catch(() => {});
    },
  };
};

/** A virtual host of its own on RabbitMQ. */
export function openOn(address: RabbitmqAddress): OpenBus {
  const name = `RabbitMQ ${address.version}`;
  return async () => {
    const bus = await freshBus({ ...address, name, address });
    return {
      name,
      url: bus.url,
      managementUrl: bus.managementUrl,
      [Symbol.asyncDispose]: () => bus[Symbol.asyncDispose](),
    };
  };
}
