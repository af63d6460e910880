export type SvgTheme = 'auto' | 'light' | 'dark';

/** One type family, one colour a kind; nothing is said by colour alone. */
export function svgStyle(theme: SvgTheme): string {
  if (theme === 'dark') return `svg{${DARK}}${RULES}`;
  if (theme === 'light') return `svg{${LIGHT}}${RULES}`;
  return `svg{${LIGHT}}@media(prefers-color-scheme:dark){svg{${DARK}}}${RULES}`;
}

const LIGHT =
  '--paper:#fff;--ink:#1f2328;--faint:#656d76;--line:#d0d7de;--call:#0b57d0;--cast:#116329;--fanout:#7a3ec8;--reply:#59636e;--failure:#b3261e';
const DARK =
  '--paper:#101418;--ink:#e6e9ec;--faint:#9aa4ae;--line:#39424c;--call:#82b1ff;--cast:#7ee0a0;--fanout:#cdaaff;--reply:#a9b4bf;--failure:#ff9a90';

const RULES = [
  'text{font:12px ui-sans-serif,system-ui,"Segoe UI","Helvetica Neue",Arial,sans-serif;fill:var(--ink);paint-order:stroke;stroke:var(--paper);stroke-width:4px;stroke-linejoin:round}',
  '.paper{fill:var(--paper)}.title{font-size:15px;font-weight:600}.name{font-weight:600;text-anchor:middle}',
  '.host,.label,.end{text-anchor:middle}.loop .label{text-anchor:start}.host,.time,.end{fill:var(--faint);font-size:11px}.time{text-anchor:end;font-variant-numeric:tabular-nums}',
  '.life{stroke:var(--line);stroke-width:1}.queue .life{stroke-dasharray:1 4}.fanout .life{stroke-dasharray:8 4}',
  '.arrow path{fill:none;stroke:var(--kind);stroke-width:1.4}.arrow .solid{fill:var(--kind)}',
  '.call{--kind:var(--call)}.cast,.notification,.other{--kind:var(--cast)}.arrow.fanout{--kind:var(--fanout)}.reply,.heartbeat{--kind:var(--reply)}',
  '.arrow.failed,.arrow.timed-out,.arrow.lost{--kind:var(--failure)}.reply .shaft,.heartbeat .shaft{stroke-dasharray:6 4}.heartbeat .shaft{stroke-dasharray:2 4}',
  '.failed .end,.timed-out .end,.lost .end,.fault .said{fill:var(--failure)}',
  '.mark rect{fill:var(--paper);stroke:var(--line)}.said{text-anchor:middle;font-size:11px}.mark .said{stroke:none}.fault rect{stroke:var(--failure);stroke-width:1.6}',
].join('');
