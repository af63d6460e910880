import { expect, test } from 'vitest';
import { packContext, unpackContext } from './context.ts';

test('a context comes out as it went in', () => {
  const message: Record<string, unknown> = { method: 'a' };
  packContext({ user_id: 'u', roles: ['r'], _x: null, none: undefined }, message);
  expect(message).toEqual({ method: 'a', _context_user_id: 'u', _context_roles: ['r'], _context__x: null });
  expect(unpackContext(message)).toEqual({ user_id: 'u', roles: ['r'], _x: null });
});

test('a context key __proto__ changes no prototype', () => {
  const context = unpackContext(JSON.parse('{"_context___proto__": {"is_admin": true}}'));
  expect(context['is_admin']).toBeUndefined();
  expect(Object.hasOwn(context, '__proto__')).toBe(true);
});
