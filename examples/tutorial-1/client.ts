import { connect, RpcClient } from '@novasim/rpc';
import type { Echo } from './server.ts';

await using transport = await connect(process.env['TRANSPORT_URL'] ?? 'rabbit://guest:guest@localhost:5672/');
const client = new RpcClient<Echo>(transport, { topic: 'tutorial-1' });
const context = { user: 'ada' };

console.log(await client.call(context, 'echo', { value: 'hello' }));
console.log(await client.call(context, 'echo', { value: { list: [1, 2.5, null], text: 'é' } }));
console.log(await client.call(context, 'args', { name: 'ada', born: 1815 }));
