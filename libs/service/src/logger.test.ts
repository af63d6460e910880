import { expect, test } from 'vitest';
import { createLogger, type LoggerOptions } from './logger.ts';
import { redact, SECRET_FIELDS } from './redact.ts';

function logged(options: Partial<LoggerOptions>) {
  const lines: string[] = [];
  const log = createLogger({
    service: 'api',
    host: 'h1',
    destination: { write: (line) => void lines.push(line) },
    ...options,
  });
  return { lines, log };
}

test('json is one object a line with time, level, service and host', () => {
  const { lines, log } = logged({ format: 'json' });
  log.info({ request_id: 'req-1' }, 'handled');
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    service: 'api',
    host: 'h1',
    request_id: 'req-1',
    msg: 'handled',
  });
});

test('pretty says a hop in one line, and names the host only of compute', () => {
  const hop = {
    request_id: 'req-1',
    kind: 'cast',
    exchange: 'nova',
    routing_key: 'scheduler',
    topic: 'scheduler',
    method: 'run_instance',
    ms: 3.2,
  };
  const api = logged({ format: 'pretty', colour: false });
  api.log.info(hop, 'sent');
  expect(api.lines[0]).toMatch(
    /^\d\d:\d\d:\d\d\.\d{3} api {8}sent cast run_instance nova\/scheduler request_id=req-1 ms=3.2\n$/,
  );

  const compute = logged({ service: 'compute', format: 'pretty', colour: false });
  compute.log.warn({ reason: 'no room' }, 'refused');
  expect(compute.lines[0]).toMatch(/ compute\.h1 WARN refused reason="no room"\n$/);
});

test('pretty shows the stack of an error below its line, with its cause', () => {
  const { lines, log } = logged({ format: 'pretty', colour: false });
  log.error({ err: new Error('outer', { cause: new Error('inner') }) }, 'failed');
  expect(lines[0]).toMatch(/failed\n {4}Error: outer[\s\S]*caused by: Error: inner/);
});

test('pretty colours by service when told to', () => {
  const { lines, log } = logged({ format: 'pretty', colour: true });
  log.info('x');
  expect(lines[0]).toContain('\u001b[38;5;39mapi');
});

test('secrets are hidden at the top, two levels down, in bindings and in errors', () => {
  const { lines, log } = logged({ format: 'json' });
  for (const name of SECRET_FIELDS) {
    log.info({ [name]: 'hunter2', args: { [name]: 'hunter2', instance: { [name]: 'hunter2', uuid: 'u' } } }, 'm');
    log.child({ [name]: 'hunter2' }).info('m');
    log.error({ err: Object.assign(new Error('e'), { [name]: 'hunter2' }) }, 'm');
  }
  expect(lines).toHaveLength(3 * SECRET_FIELDS.size);
  expect(lines.join('')).not.toContain('hunter2');
  expect(lines.join('')).toContain('"uuid":"u"');
});

test('fields without a secret are not copied, and the caller keeps its own with one', () => {
  const clean = { a: 1, b: { c: 2 } };
  expect(redact(clean)).toBe(clean);
  const secret = { b: { password: 'x' } };
  expect(redact(secret)).toEqual({ b: { password: '[hidden]' } });
  expect(secret.b.password).toBe('x');
});
