import { boundTable } from '../rpc/bounds.ts';
import { type Figures, machine, tables } from '../rpc/report.ts';
import type { Plan } from './plan.ts';

/** The page that `--write` keeps. */
export function page(
  figures: readonly Figures[],
  about: { readonly rabbitmq: string; readonly load: string; readonly plan: Plan },
): string {
  const { rabbitmq, load, plan } = about;
  const bounds = figures.flatMap((each) => each.bounds);
  const failed = bounds.filter(({ holds }) => holds === false).length;
  return `# What watching costs, and how fast it is seen

Taken by \`${plan.command}\` (\`--write\` keeps them) on ${new Date().toISOString().slice(0, 10)}.

**Machine.** ${machine()}, ${rabbitmq}, Chromium without a window and without a graphics card; load before it began: ${load}.
Broker, traffic, observer and browser share it: on a machine that does other things what is seen comes later and frames are left
out, while memory and processor time stay what they are.

**Method.** The observer as \`npm run observe\` starts it, a process of its own on a bus of its own. Messages are oslo.messaging's,
1.5 KB with a secret to mask, sent and taken by a third process, so that each is seen twice: published and delivered.

- *Publish → on screen*: at 1,000 messages a second (forty requests of 25 messages begin each second) a page of 1280 × 900 shows the
  list of flows, then one flow that gets 20 messages a second of its own. From the moment a message is handed to the connection until
  the page has painted it: a MutationObserver sees the row or the arrow, and a message sent in the next frame's turn arrives when
  that is drawn. One clock.
- *Scrolling*: by wheel through a flow of 10,000 hops (budget 160 MB, because a flow may have a quarter), times between
  animation frames, and the time that the page's main thread worked.
- *Memory*: ${plan.soakMessages.toLocaleString('en')} messages as fast as the observer takes them without a gap, default budget; the
  highest that \`/proc/PID/status\` ever had resident.
- *Boots*: two clouds as \`npm start\` brings them up, one with \`--no-observer\`, take turns; rounds: ${plan.bootRounds}, of
  ${plan.boots} boots. A ratio is taken within its round; shown are medians, in parentheses the lowest and the highest round.

## Bounds: ${bounds.length - failed} of ${bounds.length} hold or were not measured

${boundTable(bounds)}
${tables(figures)}`;
}
