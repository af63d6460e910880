import { timingSafeEqual } from 'node:crypto';
import { AmqpError } from '../codec/amqp-error.ts';
import { asText, readTable } from '../codec/field-table.ts';

/** As connection.start offers them. */
export const mechanisms = 'AMQPLAIN PLAIN';

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** The response of start-ok. @throws {AmqpError} 403 for a mechanism that was not offered */
export function readCredentials(mechanism: string, response: Buffer): Credentials {
  if (mechanism === 'PLAIN') {
    const [, user = '', password = ''] = response.toString().split('\0');
    return { user, password };
  }
  if (mechanism === 'AMQPLAIN') {
    const fields = readTable(response, 0, response.length);
    return { user: asText(fields.get('LOGIN')) ?? '', password: asText(fields.get('PASSWORD')) ?? '' };
  }
  throw new AmqpError(403, `unsupported authentication mechanism '${mechanism}'`);
}

/** @throws {AmqpError} 403 in the words of RabbitMQ */
export function assertKnown(
  users: Readonly<Record<string, string>>,
  { user, password }: Credentials,
  mechanism: string,
): void {
  const expected = Object.hasOwn(users, user) ? users[user] : undefined;
  if (expected !== undefined && isSame(expected, password)) return;
  throw new AmqpError(
    403,
    `Login was refused using authentication mechanism ${mechanism}. For details see the broker logfile.`,
  );
}

function isSame(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}
