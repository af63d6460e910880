import type { ZodError, ZodType, z } from 'zod';
import { badRequest } from './errors.ts';
import { repr, str } from './python-text.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** A finding in Nova's words: where, and what jsonschema says of the value there. `isWhole`: the message stands alone. */
interface Finding {
  readonly path: Path;
  readonly text: string;
  readonly rank: number;
  readonly isWhole?: boolean;
}

/** Values longer than this are cut in messages. */
const SHOWN = 1_024;

/**
 * Checks what a client sent against a schema.
 * @throws {HttpError} 400 in the words of Nova's validator (nova/api/validation/validators.py) and of jsonschema.
 */
export function validated<T>(schema: ZodType<T>, value: unknown, where: 'body' | 'query'): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw badRequest(explain(result.error, value, where));
}

function explain(error: ZodError, value: unknown, where: 'body' | 'query'): string {
  const findings = error.issues.map((issue) => findingOf(issue, value, []));
  // Nova reports one: the one nearest to the top, and what is missing before what is too much (best_match of jsonschema).
  const [finding] = findings.toSorted((a, b) => a.path.length - b.path.length || a.rank - b.rank);
  if (finding === undefined) return 'Malformed request body';
  if (finding.isWhole || finding.path.length === 0) return finding.text;
  const place = where === 'body' ? 'field/attribute' : 'query parameters';
  const shown = cut(str(at(value, finding.path)));
  return `Invalid input for ${place} ${String(finding.path.at(-1))}. Value: ${shown}. ${finding.text}`;
}

function findingOf(issue: Issue, root: unknown, above: Path): Finding {
  const path = [...above, ...issue.path];
  const value = at(root, path);
  const quoted = cut(repr(value));
  if (value === undefined && path.length > 0) {
    return { path: path.slice(0, -1), text: `${repr(String(path.at(-1)))} is a required property`, rank: 0 };
  }
  switch (issue.code) {
    case 'invalid_type':
      return { path, text: `${quoted} is not of type '${TYPES[issue.expected] ?? issue.expected}'`, rank: 1 };
    case 'unrecognized_keys':
      return { path, text: `Additional properties are not allowed (${unexpected(issue.keys)})`, rank: 2 };
    case 'too_small':
      return { path, text: tooSmall(issue.origin, quoted, issue.minimum), rank: 1 };
    case 'too_big':
      return { path, text: tooBig(issue.origin, quoted, issue.maximum), rank: 1 };
    case 'invalid_format':
      return { path, text: `${quoted} ${formatWords(issue.format, issue.pattern)}`, rank: 1 };
    case 'invalid_value':
      return { path, text: `${quoted} is not one of ${repr(issue.values)}`, rank: 1 };
    case 'invalid_key':
      return { path: path.slice(0, -1), text: keyWords(path.at(-1), issue.issues), rank: 2 };
    case 'invalid_union':
      return unionFinding(issue.errors, root, path, quoted);
    case 'custom':
      return { path, text: issue.message, rank: 1, isWhole: issue.params?.['isWhole'] === true };
    default:
      return { path, text: `${quoted} is not valid`, rank: 1 };
  }
}

/** Of several forms the one that the value nearly has; where it has none, the types that would do. */
function unionFinding(errors: readonly (readonly Issue[])[], root: unknown, path: Path, quoted: string): Finding {
  const near = errors.find((issues) => issues.every((issue) => issue.code !== 'invalid_type' || issue.path.length > 0));
  if (near?.[0] !== undefined) return findingOf(near[0], root, path);
  const types = errors.flatMap(([issue]) =>
    issue !== undefined && 'expected' in issue ? [String(issue.expected)] : [],
  );
  return {
    path,
    text: `${quoted} is not of type ${types.map((type) => `'${TYPES[type] ?? type}'`).join(', ')}`,
    rank: 1,
  };
}

/** JSON schema's names of types; every number in a body is a whole one. */
const TYPES: Readonly<Record<string, string>> = { int: 'integer', number: 'integer', record: 'object' };

function tooSmall(origin: string, quoted: string, minimum: number | bigint): string {
  return origin === 'number' || origin === 'int'
    ? `${quoted} is less than the minimum of ${minimum}`
    : `${quoted} is too short`;
}

function tooBig(origin: string, quoted: string, maximum: number | bigint): string {
  return origin === 'number' || origin === 'int'
    ? `${quoted} is greater than the maximum of ${maximum}`
    : `${quoted} is too long`;
}

function formatWords(format: string, pattern: string | undefined): string {
  if (format === 'regex' && pattern !== undefined) return `does not match '${source(pattern)}'`;
  return `is not a '${format === 'guid' ? 'uuid' : format}'`;
}

function keyWords(key: PropertyKey | undefined, issues: readonly Issue[]): string {
  const pattern = issues.map((issue) => (issue.code === 'invalid_format' ? issue.pattern : undefined))[0];
  return `${repr(String(key))} does not match any of the regexes: '${source(pattern ?? '')}'`;
}

/** `/^a$/u` → `^a$` */
function source(pattern: string): string {
  return pattern.replace(/^\/(.*)\/[a-z]*$/s, '$1');
}

function unexpected(keys: readonly string[]): string {
  return `${keys.map(repr).join(', ')} ${keys.length === 1 ? 'was' : 'were'} unexpected`;
}

function at(value: unknown, path: Path): unknown {
  let found = value;
  for (const key of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = Object.hasOwn(found, key) ? (found as Record<PropertyKey, unknown>)[key] : undefined;
  }
  return found;
}

function cut(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
