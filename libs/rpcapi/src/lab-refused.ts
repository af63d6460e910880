import { registerRemoteError } from '@novasim/rpc';
import { NovaError } from './errors.ts';

/** A service cannot do what the lab asked of it; the reason is for a person. Unlike Nova: it has no lab. */
export class LabRefused extends NovaError {
  constructor(reason: string) {
    super(reason, { reason });
  }
}

registerRemoteError('nova.exception', 'LabRefused', ({ kwargs }) => new LabRefused(String(kwargs['reason'])));
