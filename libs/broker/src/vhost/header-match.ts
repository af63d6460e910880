import { AmqpError } from '../codec/amqp-error.ts';
import { asText, type Field, type FieldTable, typeNames } from '../codec/field-table.ts';

const modes = ['all', 'any', 'all-with-x', 'any-with-x'];

/** @throws {AmqpError} 406 when `x-match` is none of the four words (rabbit_exchange_type_headers:validate_binding). */
export function assertHeaderBinding(args: FieldTable): void {
  const field = args.get('x-match');
  if (field === undefined) return;
  const mode = asText(field);
  if (mode === undefined) {
    throw new AmqpError(
      406,
      `Invalid x-match field type ${typeNames[field.type]} (value ${String(field.value)}); expected longstr`,
    );
  }
  if (!modes.includes(mode)) {
    throw new AmqpError(406, `Invalid x-match field value <<"${mode}">>; expected all, any, all-with-x, or any-with-x`);
  }
}

/** Keys that begin with `x-` do not count unless the mode says so; a binding field without a value asks only for the key. */
export function matchesHeaders(args: FieldTable, headers: FieldTable): boolean {
  const mode = asText(args.get('x-match')) ?? 'all';
  const isAny = mode.startsWith('any');
  const countsX = mode.endsWith('with-x');
  let asked = 0;
  for (const [key, wanted] of args) {
    if (key === 'x-match' || (!countsX && key.startsWith('x-'))) continue;
    asked += 1;
    const isMet = meets(wanted, headers.get(key));
    if (isAny && isMet) return true;
    if (!isAny && !isMet) return false;
  }
  return !isAny || asked === 0;
}

function meets(wanted: Field, found: Field | undefined): boolean {
  if (found === undefined) return false;
  if (wanted.type === 'V') return true;
  if (Buffer.isBuffer(wanted.value)) return Buffer.isBuffer(found.value) && wanted.value.equals(found.value);
  return typeof wanted.value !== 'object' && wanted.value === found.value;
}
