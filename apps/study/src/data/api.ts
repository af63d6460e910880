/** The observer did not answer, or did not answer with what was asked for. */
export class ApiFault extends Error {
  override readonly name = 'ApiFault';
  /** HTTP status; 0 where nothing answered. */
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/**
 * Asks the observer's API for JSON.
 *
 * @throws ApiFault with the observer's own words where it has some; the signal's reason when it was cut short
 */
export async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  return (await askWhole<T>(path, init)).value;
}

/** The same with the headers of the answer; an empty answer is `undefined`. @throws as {@link ask} */
export async function askWhole<T>(
  path: string,
  init: RequestInit = {},
): Promise<{ readonly value: T; readonly status: number; readonly headers: Headers }> {
  const answer = await fetch(path, init).catch((cause: unknown) => {
    if (init.signal?.aborted) throw cause;
    throw new ApiFault(0, 'the observer does not answer', { cause });
  });
  const text = await answer.text();
  if (!answer.ok) throw new ApiFault(answer.status, saidIn(text) ?? `${path} answered ${answer.status}`);
  try {
    const value = (text === '' ? undefined : JSON.parse(text)) as T; // the OpenAPI document says what each path gives
    return { value, status: answer.status, headers: answer.headers };
  } catch (cause) {
    throw new ApiFault(answer.status, `${path} answered with something that is not JSON`, { cause });
  }
}

/** OpenStack's faults are `{ <name>: { message } }`, the observer's are `{ error }` or `{ message }`. */
function saidIn(text: string): string | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return wordsOf(body);
  } catch {
    return undefined;
  }
}

function wordsOf(body: unknown): string | undefined {
  if (typeof body === 'string') return body;
  if (typeof body !== 'object' || body === null) return undefined;
  const { error, message } = body as { error?: unknown; message?: unknown };
  if (typeof message === 'string') return message;
  if (typeof error === 'string') return error;
  return wordsOf(Object.values(body).find((value) => typeof value === 'object'));
}
