import { expect, test } from 'vitest';
import { adminContext, newRequestId, requestContext } from './context.ts';

test('a request id is req- and a UUID, never the same twice', () => {
  expect(newRequestId()).toMatch(/^req-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(newRequestId()).not.toBe(newRequestId());
});

test('a context has every key of Nova that services read, whatever is known', () => {
  const context = requestContext({ request_id: 'req-1', project_id: 'p' });
  expect(context).toMatchObject({ request_id: 'req-1', project_id: 'p', user_id: null, is_admin: false, roles: [] });
  expect(context.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/);
  expect(new Set(Object.keys(adminContext()))).toEqual(new Set(Object.keys(context)));
  expect(adminContext().is_admin).toBe(true);
});
