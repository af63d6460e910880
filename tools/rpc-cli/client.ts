import { connect, parseJson } from '@novasim/rpc';
import { choice, flag, integer, number, readArguments, required, text, UsageError, value } from './arguments.ts';
import { linesOf } from './lines.ts';
import { emit, flushed, say } from './output.ts';
import { registerPeerError } from './peer-error.ts';
import { Float } from './python-text.ts';
import { type Answer, Requester } from './requester.ts';

const options = {
  url: required(),
  topic: required(),
  exchange: text('openstack'),
  exmods: text(''),
  batch: flag(),
  server: text(undefined),
  fanout: flag(),
  namespace: text(undefined),
  version: text(undefined),
  version_cap: text(undefined),
  method: text(undefined),
  kwargs: value({}, readObject),
  ctxt: value({}, readObject),
  mode: choice(['call', 'cast'], 'call'),
  timeout: number(10),
  call_monitor: integer(undefined),
  retry: integer(undefined),
  mandatory: flag(),
  repeat: integer(0),
  parallel: integer(0),
};

/** `rpc client`: one request, many of the same, or a batch of them from stdin. */
export async function runClient(args: readonly string[]): Promise<number> {
  const given = readArguments('client', options, args);
  if (given === undefined) return 0;
  const { url, topic, exchange, exmods, batch, ...request } = given;
  if (!batch && !request.method) throw new UsageError('--method is required without --batch');
  // Nothing is promised to a client that is told to go: whoever called for it does not wait for an answer.
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => void flushed().then(() => process.exit(0)));
  registerPeerError();
  await using transport = await connect(url, {
    name: 'rpc-client',
    controlExchange: exchange,
    allowedRemoteModules: exmods.split(',').filter((name) => name !== ''),
    waitForBroker: false,
  });
  const requester = new Requester(transport, topic);
  if (batch) {
    await runBatch(requester, given.timeout);
    return 0;
  }
  const answer = await requester.run(request);
  emit(answer);
  return answer.ok ? 0 : 1;
}

/** One request per line, each finished before the next is read. A line that is no request gets an answer too. */
async function runBatch(requester: Requester, timeout: number): Promise<void> {
  say('ready');
  for await (const line of linesOf(process.stdin)) {
    if (line.trim() !== '') emit(await answerTo(requester, line, timeout));
  }
}

async function answerTo(requester: Requester, line: string, timeout: number): Promise<Answer> {
  let request: Record<string, unknown>;
  try {
    request = readObject(line);
  } catch (error) {
    const { message } = error as Error; // readers throw Errors
    return { ok: false, error: { kind: 'other', class: 'ValueError', message }, elapsed: new Float(0) };
  }
  return requester.run({ timeout, ...request });
}

function readObject(json: string): Record<string, unknown> {
  const read = parseJson(json);
  if (typeof read === 'object' && read !== null && !Array.isArray(read)) return read as Record<string, unknown>; // checked
  throw new UsageError(`not a JSON object: ${json.slice(0, 100)}`);
}
