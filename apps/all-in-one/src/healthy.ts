/** The cloud did not come up, or does not answer as it should. */
export class CloudNotHealthy extends Error {
  override readonly name = 'CloudNotHealthy';
  readonly code = 'CLOUD_NOT_HEALTHY';
}

const POLL_MS = 20;

/**
 * Resolves when `/healthz` of the api answers 200: the store answers, the bus is up, and every kind of service has reported.
 * @throws {CloudNotHealthy} with the last answer. The signal's reason when it aborts first.
 */
export async function untilHealthy(apiUrl: string, deadlineMs: number, signal?: AbortSignal): Promise<void> {
  const deadline = AbortSignal.timeout(deadlineMs);
  const either = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
  for (let last = 'no answer'; ; ) {
    try {
      const response = await fetch(`${apiUrl}/healthz`, { signal: either });
      last = `${response.status} ${await response.text()}`;
      if (response.status === 200) return;
    } catch (error) {
      signal?.throwIfAborted();
      if (!deadline.aborted) last = error instanceof Error ? error.message : String(error);
    }
    if (deadline.aborted) throw new CloudNotHealthy(`${apiUrl}/healthz after ${deadlineMs} ms: ${last}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
