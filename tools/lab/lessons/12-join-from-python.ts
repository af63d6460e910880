import { connect, RpcClient, type Transport } from '@novasim/rpc';
import { CONTROL_EXCHANGE, newRequestId, requestContext } from '@novasim/service';
import type { Lesson } from '../lesson.ts';
import { lackOfPython, startPythonVisitor } from '../python-visitor.ts';
import { flowOf, hopsOf, type Scene } from '../scene.ts';
import { isEverybodyNamed, isOver } from '../whole-flow.ts';

const ANSWER = 'an answer';
const ERROR = 'an error';
const NOTHING = 'nothing, until its timeout';

const OWN_QUEUE = 'into a queue of its own, straight and not through the exchange nova';
const TOPIC_QUEUE = 'into the queue of its topic, greeter';
const CONDUCTOR_QUEUE = 'into the queue conductor, for Python to take it';

/** Python's oslo.messaging joins the bus: it asks, is refused, and is asked. */
export const joinFromPython: Lesson = {
  number: 12,
  slug: 'join-from-python',
  needs: { name: 'python', lack: lackOfPython },
  questions: [
    {
      ask: 'Python calls `ping` of the conductor, which is written in TypeScript. What comes back?',
      choices: [ANSWER, ERROR, NOTHING],
      answer: (scene) => comesBack(callOf(scene, 'ping').outcome),
      because: (scene) =>
        `The picture says "${callOf(scene, 'ping').why}", and Python said "${scene.facts?.['ping']}". On the bus there are no languages, only JSON in oslo.messaging's envelope.`,
    },
    {
      ask: 'Where does the answer to Python go?',
      choices: [OWN_QUEUE, TOPIC_QUEUE, CONDUCTOR_QUEUE],
      answer: (scene) => {
        const { exchange, routing_key } = replyOf(scene, 'ping');
        if (exchange === '' && routing_key.startsWith('reply_')) return OWN_QUEUE;
        return routing_key.startsWith('conductor') ? CONDUCTOR_QUEUE : TOPIC_QUEUE;
      },
      because: (scene) =>
        `The dashed arrow went through the default exchange to \`${replyOf(scene, 'ping').routing_key}\`. Python made that queue for its first call, and names it in each (\`_reply_q\`).`,
    },
    {
      ask: 'Python calls `dance`, which no conductor can. What comes back?',
      choices: [ANSWER, ERROR, NOTHING],
      answer: (scene) => comesBack(callOf(scene, 'dance').outcome),
      because: (scene) =>
        `The picture says "${callOf(scene, 'dance').why}", and Python said "${scene.facts?.['dance']}". A call that cannot be served is answered too, so that its caller need not wait for nothing.`,
    },
    {
      ask: 'TypeScript calls `hello` of Python. How many messages is that, the answer included?',
      answer: (scene) => flowOf(scene, 'TypeScript asks').hops.length,
      because: (scene) =>
        `${flowOf(scene, 'TypeScript asks')
          .hops.map(({ from, kind, to }) => `a ${kind} from ${from} to ${to}`)
          .join(' and ')}: as between any two services.`,
    },
  ],
  async play({ broker, flow }, say) {
    await using python = await startPythonVisitor(broker.url);
    say(`Python is on the bus: ${python.command}`);
    const facts: Record<string, string> = {};
    const asked = newRequestId();
    for (const method of ['ping', 'dance']) {
      facts[method] = await python.ask(method, asked);
      say(`Python calls ${method} of the conductor; ${facts[method]}`);
    }

    await using transport = await connect(broker.url, {
      name: 'caller',
      controlExchange: CONTROL_EXCHANGE,
      options: { amqp_durable_queues: true },
    });
    const { ctx, answer } = await askPython(transport);
    say(`TypeScript calls hello of Python; answered: ${answer}`);
    const flows = {
      'Python asks': await flow(asked, (its) => its.hops.length === 4 && isEverybodyNamed(its)),
      'TypeScript asks': await flow(ctx.request_id, (its) => its.hops.length === 2 && isOver(its)),
    };
    return { flows, facts };
  },
};

async function askPython(transport: Transport) {
  const greeters = new RpcClient<{ hello(ctx: unknown, args: { name: string }): string }>(transport, {
    topic: 'greeter',
    version: '1.0',
  });
  const ctx = requestContext();
  return { ctx, answer: await greeters.prepare({ server: 'python' }).call(ctx, 'hello', { name: 'TypeScript' }) };
}

function callOf(scene: Scene, method: string) {
  const [call] = hopsOf(flowOf(scene, 'Python asks'), method);
  if (call === undefined) throw new Error(`${method} did not travel`);
  return call;
}

function replyOf(scene: Scene, method: string) {
  const call = callOf(scene, method);
  const reply = flowOf(scene, 'Python asks').hops.find(({ id }) => id === call.pair_id);
  if (reply === undefined) throw new Error(`${method} was not answered`);
  return reply;
}

function comesBack(outcome: string): string {
  return { answered: ANSWER, failed: ERROR }[outcome] ?? NOTHING;
}
