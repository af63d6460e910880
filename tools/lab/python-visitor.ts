import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { relative } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Debian's: the one that its packages are made for. */
const PYTHON = '/usr/bin/python3';
const SCRIPT = fileURLToPath(new URL('lessons/12-visitor.py', import.meta.url));

/** A Python program on the bus, `lessons/12-visitor.py`. */
export interface PythonVisitor extends AsyncDisposable {
  /** How it was started, for whoever wants to do it by hand. */
  readonly command: string;
  /** It calls a method of the conductor. Resolves with what it says came of it. */
  ask(method: string, requestId: string): Promise<string>;
}

/** What is missing for Python to take part, with what to do about it; undefined: nothing. */
export async function lackOfPython(): Promise<string | undefined> {
  const isThere = await promisify(execFile)(PYTHON, ['-c', 'import oslo_messaging']).then(
    () => true,
    () => false,
  );
  return isThere
    ? undefined
    : `${PYTHON} has no oslo_messaging: apt-get install python3-oslo.messaging (Debian, Ubuntu)`;
}

/** Starts it; resolves when it serves. Queues of this cloud are durable, and who joins has to declare them so too. */
export async function startPythonVisitor(brokerUrl: string): Promise<PythonVisitor> {
  const url = `${brokerUrl.replace(/^amqp:/, 'rabbit:')}?amqp_durable_queues=true`;
  const child = spawn(PYTHON, [SCRIPT, url], { stdio: ['pipe', 'pipe', 'inherit'] });
  const gone = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error('the Python program ended');
    return value;
  };
  await next(); // ready
  return {
    command: `${PYTHON} ${relative(process.cwd(), SCRIPT)} '${url}'`,
    ask(method, requestId) {
      child.stdin.write(`${method} ${requestId}\n`);
      return next();
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await gone;
    },
  };
}
