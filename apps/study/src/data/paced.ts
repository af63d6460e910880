/**
 * Makes something that is done again whenever it is nudged: once at a time, and with a rest as long as it took, so that what is
 * large leaves time for the eye. `run` does not fail.
 */
export function paced(run: () => Promise<void>): () => void {
  let isBusy = false;
  let isStale = false;
  const untilFresh = async () => {
    isBusy = true;
    do {
      isStale = false;
      const beganMs = performance.now();
      await run();
      await rest(performance.now() - beganMs);
    } while (isStale);
    isBusy = false;
  };
  return () => {
    if (isBusy) isStale = true;
    else void untilFresh();
  };
}

async function rest(ms: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
