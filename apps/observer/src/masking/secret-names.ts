/** What stands in the place of a secret. */
export const MASK = '***';

/**
 * Parts of names whose values are secret, at any depth and whatever stands around them: `auth_token`, `adminPass`,
 * `_context_auth_token`, `new_pass`, `user_data`. Too much is hidden rather than too little, but not `pci_passthrough`.
 */
const PARTS = '(?<!by|com)pass(?![taei])|token|secret|user_?data|private_?key|authorization|api_?key';

/** Finds the next part of a secret name from `lastIndex` on. A new one for each search: it remembers where it is. */
export function secretNameSearch(): RegExp {
  return new RegExp(PARTS, 'gi');
}

const SECRET_NAME = new RegExp(PARTS, 'i');

export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}
