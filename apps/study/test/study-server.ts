import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { studyFolder } from '../src/index.ts';

/** An observer of records that a test holds: the pages as built, answers by path, and events when the test says so. */
export interface StudyServer extends AsyncDisposable {
  readonly url: string;
  /** What `/api/…` answers, by path; a path with its query goes before one without. */
  readonly answers: Map<string, unknown>;
  /** Every path of the API that was asked, in order. */
  readonly asked: readonly string[];
  /** Sends an event to every page that listens. */
  send(type: string, data: unknown): void;
  /** Ends every stream, as an observer that dies does. */
  breakStreams(): void;
}

/** The policy under which the observer serves the pages. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Builds the pages if their sources have changed, and serves them. */
export async function startStudyServer(): Promise<StudyServer> {
  const built = spawnSync(
    process.execPath,
    [fileURLToPath(new URL('../../../tools/build-study.mjs', import.meta.url))],
    {
      encoding: 'utf8',
    },
  );
  if (built.status !== 0) throw new Error(`the pages could not be built: ${built.stderr}`);

  const answers = new Map<string, unknown>();
  const asked: string[] = [];
  const streams = new Set<ServerResponse>();
  let lastId = 0;
  const server = createServer((request, response) => {
    void answer(request, response);
  });
  const answer = async ({ url = '/' }: IncomingMessage, response: ServerResponse) => {
    const { pathname } = new URL(url, 'http://study');
    if (pathname === '/api/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': welcome\n\n');
      streams.add(response);
      response.on('close', () => streams.delete(response));
    } else if (pathname.startsWith('/api/')) {
      asked.push(url);
      const isOlder = url.includes('before='); // there is nothing older than what is known
      const found = answers.get(url) ?? (isOlder ? { flows: [] } : answers.get(pathname));
      response.writeHead(found === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(found ?? { error: `nothing is known of ${pathname}` }));
    } else await sendFile(pathname, response);
  };
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo; // it listens on TCP

  return {
    url: `http://127.0.0.1:${port}`,
    answers,
    asked,
    send(type, data) {
      lastId++;
      for (const stream of streams) stream.write(`id: ${lastId}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    breakStreams() {
      for (const stream of streams) stream.destroy();
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** A file of the build; any other path is a view, and gets the one page. */
async function sendFile(pathname: string, response: ServerResponse): Promise<void> {
  const name = extname(pathname) === '' ? 'index.html' : pathname.slice(1);
  const body = await readFile(new URL(name, studyFolder)).catch(() => undefined);
  response.writeHead(body === undefined ? 404 : 200, {
    'content-type': TYPES[extname(name)] ?? 'application/octet-stream',
    'content-security-policy': POLICY,
  });
  response.end(body);
}
