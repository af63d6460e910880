import { describe, expect, test } from 'vitest';
import { matchPath } from './routes.ts';

describe(matchPath, () => {
  test.for([
    ['/flows', '/flows/', {}],
    ['/flows/:id', '/flows/req-1', { id: 'req-1' }],
    ['/compare/:a/:b', '/compare/req-1/req%2F2', { a: 'req-1', b: 'req/2' }],
    ['/flows/:id', '/flows/%', { id: '%' }],
    ['/flows/:id', '/flows', undefined],
    ['/flows', '/bus', undefined],
    ['/', '/', {}],
  ] as const)('%s against %s', ([pattern, path, params]) => {
    expect(matchPath(pattern, path)).toEqual(params);
  });
});
