/** A cast as a peer would send it, of a request of its own; `text` is its argument. */
export function castOf(requestId: string, text = ''): { exchange: string; routingKey: string; body: string } {
  const message = {
    method: 'reboot_instance',
    args: { text },
    version: '1.0',
    _context_request_id: requestId,
    _unique_id: requestId.padStart(32, '0'),
  };
  const body = JSON.stringify({ 'oslo.version': '2.0', 'oslo.message': JSON.stringify(message) });
  return { exchange: 'amq.topic', routingKey: 'compute.h1', body };
}
