import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { endOf } from './end-of.ts';
import type { Sent, Traffic } from './traffic-protocol.ts';

/** Services that talk on a bus: what they send is taken by themselves, so each message is published and delivered. */
export interface TrafficProcess extends AsyncDisposable {
  /** One after the other. */
  send(traffic: Traffic): Promise<Sent>;
}

export async function startTraffic(url: string): Promise<TrafficProcess> {
  const child = fork(fileURLToPath(new URL('./traffic-main.ts', import.meta.url)), [url], { execArgv: [] });
  const gone = endOf(child, 'the traffic');
  await Promise.race([once(child, 'message'), gone]);
  return {
    async send(traffic) {
      child.send(traffic);
      const [answer] = (await Promise.race([once(child, 'message'), gone])) as [Sent | { error: string }]; // see traffic-main.ts
      if ('error' in answer) throw new Error(answer.error);
      return answer;
    },
    async [Symbol.asyncDispose]() {
      child.disconnect();
      await gone.catch(() => {});
    },
  };
}
