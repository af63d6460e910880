import { randomBytes } from 'node:crypto';
import { AmqpError } from '../codec/amqp-error.ts';
import type { FieldTable } from '../codec/field-table.ts';
import type { ExchangeDeclaration, QueueDeclaration } from './declarations.ts';
import { isExchangeType } from './exchange.ts';
import { assertHeaderBinding } from './header-match.ts';
import type { Queue } from './queue.ts';
import { readQueueSettings } from './queue-settings.ts';
import { assertSameExchange, assertSameQueue } from './redeclaration.ts';
import type { VirtualHost } from './virtual-host.ts';

/** @throws {AmqpError} */
function assertNotDefaultExchange(name: string): void {
  if (name === '') throw new AmqpError(403, 'operation not permitted on the default exchange');
}

/** exchange.declare. @throws {AmqpError} 403, 404, 406 */
export function declareExchange(vhost: VirtualHost, asked: ExchangeDeclaration): void {
  assertNotDefaultExchange(asked.name);
  if (asked.isPassive) {
    vhost.exchange(asked.name);
    return;
  }
  const { name, type } = asked;
  if (!isExchangeType(type)) throw new AmqpError(406, `unknown exchange type '${type}'`);
  const current = vhost.exchanges.get(name);
  if (current !== undefined) {
    assertSameExchange(vhost, current, asked);
    return;
  }
  if (name.startsWith('amq.')) {
    throw new AmqpError(403, `exchange name '${name}' contains reserved prefix 'amq.*'`);
  }
  const { isDurable, isAutoDelete, isInternal, args } = asked;
  vhost.addExchange({ name, type, isDurable, isAutoDelete, isInternal, args });
}

/** exchange.delete: no harm in deleting what is not there. @throws {AmqpError} 403, 406 */
export function deleteExchange(vhost: VirtualHost, name: string, isOnlyUnused: boolean): void {
  assertNotDefaultExchange(name);
  const exchange = vhost.exchanges.get(name);
  if (exchange === undefined) return;
  if (name.startsWith('amq.')) {
    throw new AmqpError(403, `deletion of system exchange '${name}' in vhost '${vhost.name}' not allowed`);
  }
  if (isOnlyUnused && !exchange.isUnused) {
    throw new AmqpError(406, `exchange '${name}' in vhost '${vhost.name}' in use`);
  }
  vhost.deleteExchange(exchange);
}

/** queue.declare; an empty name asks for one of the broker's making. @throws {AmqpError} 403, 404, 405, 406, 540 */
export function declareQueue(vhost: VirtualHost, asked: QueueDeclaration, user: object): Queue {
  if (asked.isPassive) {
    const queue = vhost.queue(asked.name, user);
    queue.touch();
    return queue;
  }
  // Even for a queue that is there: who was given a name by the broker cannot declare it again.
  if (asked.name.startsWith('amq.')) {
    throw new AmqpError(403, `queue name '${asked.name}' contains reserved prefix 'amq.*'`);
  }
  const current = vhost.queues.get(asked.name);
  if (current !== undefined) {
    assertSameQueue(vhost, current, asked, user);
    current.touch();
    return current;
  }
  const name = asked.name === '' ? `amq.gen-${randomBytes(16).toString('base64url')}` : asked.name;
  const { isDurable, isAutoDelete, isExclusive, args } = asked;
  const settings = readQueueSettings(args, { ...asked, name, vhost: vhost.name });
  return vhost.addQueue({ name, isDurable, isAutoDelete, owner: isExclusive ? user : undefined, args, settings });
}

/** queue.delete: how many messages went with it; none when it is not there. @throws {AmqpError} 405, 406 */
export function deleteQueue(
  vhost: VirtualHost,
  name: string,
  only: { readonly isUnused: boolean; readonly isEmpty: boolean },
  user: object,
): number {
  const queue = vhost.queues.get(name);
  if (queue === undefined) return 0;
  vhost.assertMayUse(queue, user);
  const place = `queue '${name}' in vhost '${vhost.name}'`;
  if (only.isUnused && queue.consumers.length > 0) throw new AmqpError(406, `${place} in use`);
  if (only.isEmpty && queue.depth > 0) throw new AmqpError(406, `${place} not empty`);
  return vhost.deleteQueue(queue);
}

/** queue.bind. @throws {AmqpError} 403, 404, 405, 406 */
export function bindQueue(
  vhost: VirtualHost,
  binding: { queue: string; exchange: string; routingKey: string; args: FieldTable },
  user: object,
): void {
  assertNotDefaultExchange(binding.exchange);
  const queue = vhost.queue(binding.queue, user);
  const exchange = vhost.exchange(binding.exchange);
  if (exchange.type === 'headers') assertHeaderBinding(binding.args);
  vhost.bind(exchange, queue, binding.routingKey, binding.args);
}

/** queue.unbind: no harm in undoing what is not there. @throws {AmqpError} 403, 405 */
export function unbindQueue(
  vhost: VirtualHost,
  binding: { queue: string; exchange: string; routingKey: string; args: FieldTable },
  user: object,
): void {
  assertNotDefaultExchange(binding.exchange);
  const queue = vhost.queues.get(binding.queue);
  const exchange = vhost.exchanges.get(binding.exchange);
  if (queue !== undefined) vhost.assertMayUse(queue, user);
  if (queue !== undefined && exchange !== undefined) {
    vhost.unbind(exchange, queue, binding.routingKey, binding.args);
  }
}

/** exchange.bind and exchange.unbind. @throws {AmqpError} 403, 404, 406 */
export function changeExchangeBinding(
  vhost: VirtualHost,
  change: 'bind' | 'unbind',
  binding: { destination: string; source: string; routingKey: string; args: FieldTable },
): void {
  assertNotDefaultExchange(binding.source);
  assertNotDefaultExchange(binding.destination);
  if (change === 'unbind') {
    const destination = vhost.exchanges.get(binding.destination);
    const source = vhost.exchanges.get(binding.source);
    if (destination !== undefined && source !== undefined) {
      vhost.unbind(source, destination, binding.routingKey, binding.args);
    }
    return;
  }
  const destination = vhost.exchange(binding.destination);
  const source = vhost.exchange(binding.source);
  if (source.type === 'headers') assertHeaderBinding(binding.args);
  vhost.bind(source, destination, binding.routingKey, binding.args);
}
