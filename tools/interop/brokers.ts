import { type RunningRabbitmq, startDockerRabbitmq, startLocalRabbitmq } from '@novasim/testkit';
import type { InteropBroker } from './meeting.ts';

const denial = 'deprecated_features.permit.transient_nonexcl_queues = false';

/** The brokers of the matrix. */
export const brokerNames = ['embedded', 'local', 'docker', 'denied'] as const;
export type BrokerName = (typeof brokerNames)[number];

/** Starts one; `opened` stops it. @throws when it cannot be had */
export async function startBrokerNamed(name: BrokerName, opened: AsyncDisposableStack): Promise<InteropBroker> {
  if (name === 'embedded') {
    const broker = { kind: 'embedded', name: 'embedded', version: undefined, address: undefined } as const;
    return { name: 'embedded broker', broker, deniesTransient: false };
  }
  const deniesTransient = name === 'denied';
  const { address } = opened.use(await startRabbitmq(name));
  const label = `RabbitMQ ${address.version}${deniesTransient ? ', no transient queues' : ''}`;
  return {
    name: label,
    broker: { kind: address.kind, name: label, version: address.version, address },
    deniesTransient,
  };
}

function startRabbitmq(name: BrokerName): Promise<RunningRabbitmq> {
  if (name === 'local') return startLocalRabbitmq();
  return startDockerRabbitmq(name === 'denied' ? { config: [denial] } : {});
}
