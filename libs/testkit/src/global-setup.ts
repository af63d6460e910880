import { openDoor } from './rabbitmq-door.ts';

/**
 * What Vitest runs once before all tests and, as the function returned, once after them. The RabbitMQs themselves start when the first
 * test asks for one.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const door = await openDoor(process.env);
  process.env['NOVASIM_TESTKIT_DOOR'] = door.url;
  return async () => {
    await door[Symbol.asyncDispose]();
  };
}
