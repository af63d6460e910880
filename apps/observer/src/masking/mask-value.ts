import { maskText } from './mask-text.ts';
import { isSecretName, MASK } from './secret-names.ts';

/** A copy of a value as it came off the wire (headers, properties), secrets masked at any depth, bytes as text. */
export function maskValue(value: unknown): unknown {
  if (typeof value === 'string') return maskText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Buffer.isBuffer(value)) return maskText(value.toString());
  if (Array.isArray(value)) return value.map(maskValue);
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, isSecretName(name) ? hidden(inner) : maskValue(inner)]),
  );
}

function hidden(value: unknown): unknown {
  return value === null || value === undefined || typeof value === 'boolean' || value === '' ? value : MASK;
}
