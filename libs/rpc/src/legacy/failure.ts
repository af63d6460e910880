import { decodeFailure, encodeFailure } from '../failure.ts';
import { rebuildError } from '../remote-errors.ts';
import { shown } from '../shown.ts';
import type { EraRules } from './era.ts';

/** An error as it travels in a reply: JSON text, or in Essex a list of class, message and traceback. */
export function packFailure(error: unknown, { hasFailureText }: EraRules): unknown {
  const text = encodeFailure(error);
  if (hasFailureText) return text;
  const { class: className, message, tb } = JSON.parse(text) as Record<string, unknown>; // just written
  return [className, message, tb];
}

/** The error that a failure stands for, in either form. A list never says its module, so it is RemoteError. */
export function unpackFailure(failure: unknown, allowedModules: ReadonlySet<string>): Error {
  if (!Array.isArray(failure)) return decodeFailure(failure, allowedModules);
  const [className, message, traceback] = failure as unknown[];
  return rebuildError(
    {
      class: shown(className ?? ''),
      module: '',
      message: shown(message ?? ''),
      traceback: Array.isArray(traceback) ? traceback.map(shown) : [],
      args: [],
      kwargs: {},
    },
    allowedModules,
  );
}
