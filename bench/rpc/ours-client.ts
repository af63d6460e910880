import { createClient } from '../../libs/rpc/bench/adapter.ts';
import { ourOptions } from './ours-options.ts';
import { context, topic } from './protocol.ts';
import { runClient } from './subject-main.ts';

// Our library as a program uses it, with oslo's defaults: confirmed requests in the full envelope.
const [url = '', tracing] = process.argv.slice(2);
const client = await createClient({ url, topic, opts: await ourOptions(tracing) });
await runClient({
  call: (value) => client.call('echo', context, { value }),
  cast: (value) => client.cast('take', context, { value }),
  fanout: () => client.cast('take', context, {}, { fanout: true }),
});
await client.close();
