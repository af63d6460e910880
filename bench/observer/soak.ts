import { cpuMs, memoryMb } from '../process-figures.ts';
import { bound } from '../rpc/bounds.ts';
import type { Figures } from '../rpc/report.ts';
import { peakMemoryMb } from '../rpc/subject.ts';
import type { OpenBus } from './buses.ts';
import { startObserverProcess } from './observer-process.ts';
import type { Plan } from './plan.ts';
import { startTraffic } from './traffic.ts';

const MESSAGES_A_REQUEST = 25;
const BATCH = 1_000;
/** Sent and not yet seen; more would be thrown away by the broker or the tap, which is another story. */
const MOST_AHEAD = 3_000;

/** Memory and processor time of an observer at its default budget, with as many messages as it takes without losing any. */
export async function measureSoak(openBus: OpenBus, plan: Plan): Promise<Figures> {
  await using bus = await openBus();
  await using observer = await startObserverProcess(bus);
  await using traffic = await startTraffic(bus.url);
  const { soakMessages: messages } = plan;
  plan.say(`${messages} messages through the ${bus.name}`);
  const emptyMb = memoryMb(observer.pid).rss;
  const before = cpuMs(observer.pid);
  const beganMs = performance.now();
  for (let sent = 0; sent < messages; sent += BATCH) {
    await observer.seen(sent - MOST_AHEAD + BATCH);
    const requests = BATCH / MESSAGES_A_REQUEST;
    const name = `soak-${sent}`;
    await traffic.send({ name, requests, messages: MESSAGES_A_REQUEST, atOnce: 4, perSecond: 0, kind: 'calls' });
    if (sent % 100_000 === 0) plan.say(`${sent}: ${memoryMb(observer.pid).rss.toFixed(0)} MB resident`);
  }
  await observer.seen(messages);
  const seconds = (performance.now() - beganMs) / 1_000;
  const cpuUs = ((cpuMs(observer.pid) - before) / messages) * 1_000;
  const { memory, gaps } = await observer.status();
  const count = messages.toLocaleString('en');
  const peakMb = peakMemoryMb(observer.pid);
  return {
    bounds: [
      bound(`memory after ${count} messages, at its highest`, '≤', 200, [peakMb], { unit: ' MB', digits: 0 }),
      bound('gaps among them', '=', 0, [gaps.length], { digits: 0 }),
    ],
    sections: [
      {
        title: `${count} messages, each published and delivered once (${bus.name})`,
        columns: ['what', 'measured'],
        rows: [
          ['resident at the start, MB', emptyMb.toFixed(0)],
          ['resident at its highest, MB', peakMb.toFixed(0)],
          ['resident at the end, MB', memoryMb(observer.pid).rss.toFixed(0)],
          ['messages a second, seen as fast as sent', (messages / seconds).toFixed(0)],
          ['processor time of the observer a message, µs', cpuUs.toFixed(0)],
          ['messages remembered at the end', String(memory.messages)],
          ['flows forgotten, the oldest first', String(memory.forgotten_flows)],
        ],
      },
    ],
  };
}
