import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { ManagementApi } from './management-api.ts';

test('a broker that stops in the middle of its answer is unreachable', async () => {
  await using server = createServer((_request, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('{', () => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one
  const api = new ManagementApi(`http://guest:guest@127.0.0.1:${port}`, '/');
  await expect(api.get('/queues')).rejects.toMatchObject({ name: 'ManagementFault', code: 'unreachable' });
});
