// Runs in the page. Notes when what a row says has been painted: a change of the list of flows (`href` and count of hops), or a
// message of a flow (`step_7`). Times are milliseconds since 1970.
globalThis.painted = [];
const known = new Map();
const { port1, port2 } = new MessageChannel();
let waiting = [];

/** The frame that shows it has been drawn when a message that was sent in that frame arrives. */
port1.onmessage = () => {
  const atMs = performance.timeOrigin + performance.now();
  for (const [key, value] of waiting) globalThis.painted.push([key, value, atMs]);
  waiting = [];
};

function look() {
  const isNothingWaiting = waiting.length === 0;
  for (const row of document.querySelectorAll('tbody tr')) {
    note(row.querySelector('a')?.getAttribute('href') ?? '', Number(row.querySelector('.hops')?.textContent));
  }
  for (const hop of document.querySelectorAll('svg [role=button]')) {
    const step = /^step_(\d+)/.exec(hop.getAttribute('aria-label') ?? '')?.[1];
    if (step !== undefined) note('step', Number(step));
  }
  if (isNothingWaiting && waiting.length > 0) requestAnimationFrame(() => port2.postMessage(undefined));
}

function note(key, value) {
  if (known.get(key) >= value) return;
  known.set(key, value);
  waiting.push([key, value]);
}

addEventListener('DOMContentLoaded', () => {
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
});
