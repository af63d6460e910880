import type { Endpoint, RequestContext } from './types.ts';

/**
 * What every server of an OpenStack-like service answers beside its own methods, so that others can wait for it.
 * Namespace `baseapi`. 1.0 ping; 1.1 adds get_backdoor_port.
 */
export class BaseEndpoint implements Endpoint {
  readonly endpointTarget = { namespace: 'baseapi', version: '1.1' };
  readonly signatures = { ping: ['arg'], get_backdoor_port: [] };
  readonly #service: string;
  readonly #backdoorPort: number | null;

  constructor(service: string, backdoorPort: number | null = null) {
    this.#service = service;
    this.#backdoorPort = backdoorPort;
  }

  ping(_context: RequestContext, { arg }: { arg: unknown }): { service: string; arg: unknown } {
    return { service: this.#service, arg };
  }

  get_backdoor_port(): number | null {
    return this.#backdoorPort;
  }
}

/** Answers `oslo_rpc_server_ping`, for whoever monitors; last in order, switched on by `rpcPing`. */
export class PingEndpoint {
  oslo_rpc_server_ping(): string {
    return 'pong';
  }
}
