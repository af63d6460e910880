import type { FlowHop, MessageView } from '@novasim/trace';
import { boot } from './recorded.ts';

/** The message of a hop as an observer would show it. */
export function messageOf(hop: FlowHop): MessageView {
  const message = {
    method: hop.method,
    version: '1.0',
    args: { instance_uuid: boot.instance_uuids[0], updates: { vm_state: 'building', task_state: 'networking' } },
    _msg_id: hop.msg_id,
    _context_request_id: boot.request_id,
    _context_auth_token: '***',
  };
  return {
    id: hop.id,
    request_id: boot.request_id,
    hop,
    exchange: hop.exchange,
    routing_key: hop.routing_key,
    properties: { content_type: 'application/json', delivery_mode: 2, priority: 0 },
    headers: { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' },
    program: 'nova-compute',
    user: 'novasim',
    bytes: 1_204,
    is_cut: false,
    body: '',
    envelope: { 'oslo.version': '2.0', 'oslo.message': JSON.stringify(message) },
    message,
    route: {
      exchange: hop.exchange,
      exchange_type: 'topic',
      queues: hop.queues.map((name) => ({
        name,
        bindings: [hop.routing_key],
        ready: 0,
        unacknowledged: 1,
        consumers: [{ connection: '127.0.0.1:40512', program: 'nova-conductor' }],
      })),
    },
    published_at_ms: boot.started_at_ms + hop.t_ms,
    again_at_ms: [],
    deliveries: [],
  };
}

/** What an observer of one boot answers. */
export const answers: readonly (readonly [string, unknown])[] = boot.hops.map((hop) => [
  `/api/messages/${hop.id}`,
  messageOf(hop),
]);
