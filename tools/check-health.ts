// The health check of a container: does the service in it answer, and is it of use?
const url = process.env['HEALTH_URL'] ?? `http://127.0.0.1:${process.env['HEALTH_PORT']}/healthz`;
try {
  const response = await fetch(url, { signal: AbortSignal.timeout(4_000) });
  process.stdout.write(`${response.status} ${await response.text()}\n`); // shown by `docker inspect`
  process.exitCode = response.ok ? 0 : 1;
} catch (error) {
  process.stdout.write(`${url}: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
