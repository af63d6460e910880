import { describe, expect, test } from 'vitest';
import { actionKeysOf, isTaken } from './api-document.ts';

function documentOf(path: string) {
  const schema = { properties: { 'os-stop': {}, reboot: { type: 'object' } } };
  return { paths: { [path]: { post: { requestBody: { content: { 'application/json': { schema } } } } } } };
}

describe('what an API says of its actions', () => {
  test.for([
    ['stop', documentOf('/compute/v2.1/servers/{id}/action'), true],
    ['hard_reboot', documentOf('/compute/v2.1/servers/{id}/action'), true],
    ['shelve', documentOf('/compute/v2.1/servers/{id}/action'), false],
    ['stop', documentOf('/compute/v2.1/flavors/{id}/action'), false],
    ['delete', { paths: {} }, true],
    ['shelve', undefined, true],
  ] as const)('%s in %o', ([action, document, is]) => {
    expect(isTaken(action, actionKeysOf(document))).toBe(is);
  });
});
