import { connect, RpcClient } from '@novasim/rpc';
import type { Greeter } from './server.ts';

await using transport = await connect(process.env['TRANSPORT_URL'] ?? 'rabbit://guest:guest@localhost:5672/');
const greeters = new RpcClient<Greeter>(transport, { topic: 'greeter' });
const context = { user: 'ada' };

console.log(await greeters.call(context, 'hello', { name: 'world' })); // any greeter
console.log(await greeters.prepare({ server: 'host-1', timeoutMs: 5_000 }).call(context, 'hello', { name: 'you' }));
await greeters.prepare({ fanout: true }).cast(context, 'hello', { name: 'all' }); // every greeter, no answer
