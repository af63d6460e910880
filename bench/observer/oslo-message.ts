import { randomUUID } from 'node:crypto';
import { placeOf, requestId, type Traffic } from './traffic-protocol.ts';

/** One message as oslo.messaging would publish it. */
export interface OsloMessage {
  readonly exchange: string;
  readonly routingKey: string;
  readonly body: Buffer;
}

export const EXCHANGE = 'nova';
export const TOPIC = 'conductor';
export const REPLY_QUEUE = `reply_${randomUUID().replaceAll('-', '')}`;

/** The n-th message of some traffic: about as long as Nova's, with a secret in its context. */
export function messageOf(n: number, traffic: Traffic): OsloMessage {
  const { request, index } = placeOf(n, traffic);
  const id = requestId(traffic.name, request);
  const isReply = traffic.kind === 'calls' && index > 0 && index % 2 === 0;
  const msgId = hex(`${id} ${Math.ceil(index / 2)}`);
  if (isReply) {
    const reply = { result: { updated_at: null, ...args(request) }, failure: null, ending: true, _msg_id: msgId };
    return { exchange: '', routingKey: REPLY_QUEUE, body: enveloped(reply) };
  }
  const call = traffic.kind === 'calls' && index > 0 ? { _msg_id: msgId, _reply_q: REPLY_QUEUE } : {};
  const method = traffic.kind === 'casts' ? `step_${index}` : index === 0 ? 'build_instances' : 'instance_update';
  const message = { method, args: args(request), version: '1.0', namespace: null, ...call, ...context(id) };
  return { exchange: EXCHANGE, routingKey: TOPIC, body: enveloped(message) };
}

function enveloped(message: object): Buffer {
  const inner = JSON.stringify({ ...message, _unique_id: randomUUID().replaceAll('-', '') });
  return Buffer.from(JSON.stringify({ 'oslo.version': '2.0', 'oslo.message': inner }));
}

function args(request: number): object {
  const uuid = `00000000-0000-4000-8000-${String(request).padStart(12, '0')}`;
  return { instance_uuid: uuid, updates: { vm_state: 'building', task_state: 'networking', host: 'h1', node: 'h1' } };
}

function context(id: string): object {
  return {
    _context_request_id: id,
    _context_global_request_id: null,
    _context_user_id: '0d9d5a3f4e1c4c5f8f6f2f0c7b7f0a11',
    _context_project_id: '5f705ccd6f2e4a0a8d1b8c0a4a1f2b22',
    _context_auth_token: 'gAAAAABlZ0'.repeat(18),
    _context_roles: ['member', 'reader'],
    _context_is_admin: false,
    _context_timestamp: '2026-01-01T00:00:00.000000',
    _context_remote_address: '127.0.0.1',
    _context_service_catalog: [{ type: 'image', name: 'glance', endpoints: [{ publicURL: 'http://127.0.0.1:9292' }] }],
  };
}

/** A name made into an id that looks like the others; not for secrets. */
function hex(name: string): string {
  return Buffer.from(name).toString('hex').padStart(32, '0');
}
