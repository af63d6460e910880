import { type RequestContext, RpcClient, type Signatures, type Transport } from '@novasim/rpc';
import type { LabStatus } from './lab-data.ts';

export const LAB_DESK_TOPIC = 'lab_desk';
export const LAB_DESK_VERSION = '1.0';

/** What whoever looks after a lab answers. 1.0 report_lab. */
export interface LabDeskEndpoint {
  /** Fanned out by each service of the lab: when a desk announced itself, and when something changed. */
  report_lab(ctx: RequestContext, args: { readonly status: LabStatus }): Promise<void>;
}

export const labDeskSignatures: Signatures<LabDeskEndpoint> = { report_lab: ['status'] };

/** Without a request id: the lab's own messages belong to no request. */
const ctx: RequestContext = {};

/** The desks, as the services of a lab see them. */
export class LabDeskAPI {
  readonly #client: RpcClient<LabDeskEndpoint>;

  constructor(transport: Transport) {
    this.#client = new RpcClient(transport, { topic: LAB_DESK_TOPIC, version: LAB_DESK_VERSION });
  }

  report_lab(status: LabStatus): Promise<void> {
    return this.#client.prepare({ fanout: true }).cast(ctx, 'report_lab', { status });
  }
}
