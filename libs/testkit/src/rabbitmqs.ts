import { type BrokerPlan, type RabbitmqKind, readBrokerPlan } from './broker-plan.ts';
import { startDockerRabbitmq } from './docker-rabbitmq.ts';
import { startLocalRabbitmq } from './local-rabbitmq.ts';
import type { RabbitmqAddress, RunningRabbitmq } from './rabbitmq.ts';
import { findRabbitmqByUrl } from './rabbitmq-by-url.ts';

/** The RabbitMQs of a test run; disposing of them stops those that were started for it. */
export interface Rabbitmqs extends AsyncDisposable {
  readonly addresses: readonly RabbitmqAddress[];
}

/**
 * Starts or finds the RabbitMQs that the environment asks for (`readBrokerPlan`).
 *
 * @throws when one that must be had cannot be, naming everything that was tried
 */
export async function startRabbitmqs(env: NodeJS.ProcessEnv): Promise<Rabbitmqs> {
  const plan = readBrokerPlan(env);
  await using opened = new AsyncDisposableStack();
  const tried: string[] = [];
  const addresses: RabbitmqAddress[] = [];
  const take = (running: RunningRabbitmq) => addresses.push(opened.use(running).address);

  if (plan.wants === 'all') {
    const results = await Promise.allSettled(plan.rabbitmqs.map((kind) => startRabbitmq(kind, env)));
    results.forEach((result, index) => {
      if (result.status === 'fulfilled') take(result.value);
      else tried.push(`${plan.rabbitmqs[index]}: ${reasonOf(result.reason)}`);
    });
  } else {
    for (const kind of plan.rabbitmqs) {
      try {
        take(await startRabbitmq(kind, env));
        break;
      } catch (error) {
        tried.push(`${kind}: ${reasonOf(error)}`);
      }
    }
  }
  assertEnough(plan, addresses, tried);
  const all = opened.move();
  return { addresses, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

function startRabbitmq(kind: RabbitmqKind, env: NodeJS.ProcessEnv): Promise<RunningRabbitmq> {
  if (kind === 'url') return findRabbitmqByUrl(env);
  return kind === 'docker' ? startDockerRabbitmq() : startLocalRabbitmq();
}

function assertEnough(plan: BrokerPlan, had: readonly RabbitmqAddress[], tried: readonly string[]): void {
  const isMissing = plan.wants === 'all' ? tried.length > 0 : plan.isRabbitmqRequired && had.length === 0;
  if (isMissing) throw new Error(`a RabbitMQ that the tests must have cannot be had. Tried: ${tried.join('; ')}`);
  if (plan.isRabbitmqRequired && had.length === 0) {
    throw new Error('NOVASIM_REQUIRE names rabbitmq, but NOVASIM_BROKERS names no RabbitMQ (url, docker or local)');
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return error.message + cause;
}
