import { setTimeout as pause } from 'node:timers/promises';
import { connect, RpcClient } from '@novasim/rpc';
import type { Member } from './server.ts';

await using transport = await connect(process.env['TRANSPORT_URL'] ?? 'rabbit://guest:guest@localhost:5672/');
const members = new RpcClient<Member>(transport, { topic: 'tutorial-2' });
const a = members.prepare({ server: 'a' });
const b = members.prepare({ server: 'b' });
const all = members.prepare({ fanout: true });
const context = { user: 'ada' };

console.log(`by name: ${await a.call(context, 'whoami', {})}, ${await b.call(context, 'whoami', {})}`);

// The broker hands requests to the topic to its servers in turn.
const answeredBy = new Set<string>();
for (let calls = 0; calls < 10; calls++) answeredBy.add(await members.call(context, 'whoami', {}));
console.log(`any: ten calls, answered by ${[...answeredBy].sort().join(' and ')}`);

// A cast resolves when the broker has it; who wants to know what came of it must ask.
await all.cast(context, 'record', { key: 'greeting', value: 'hello' });
for (const [name, member] of Object.entries({ a, b })) {
  const deadline = AbortSignal.timeout(10_000);
  let heard: unknown[] = [];
  while (heard.length === 0) {
    heard = await member.call(context, 'recorded', { key: 'greeting' }, { signal: deadline });
    if (heard.length === 0) await pause(20, undefined, { signal: deadline });
  }
  console.log(`all: ${name} heard ${heard.join(', ')}`);
}
