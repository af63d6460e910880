export type SvgTheme = 'auto' | 'light' | 'dark';

/** One type family, one colour a kind; nothing is said by colour alone. */
export function svgStyle(theme: SvgTheme): string {
  if (theme === 'dark') return `svg{${DARK}}${RULES}`;
  if (theme === 'light') return `svg{${LIGHT}}${RULES}`;
  return `svg{${LIGHT}}@media(prefers-color-scheme:dark){svg{${DARK}}}${RULES}`;
}

/** The study pages' colours (apps/study/src/look/tokens.css): what is copied there looks as it did there. */
const LIGHT =
  '--paper:#fcfbf8;--ink:#1d1c1a;--faint:#5c5952;--line:#e2dfd6;--call:#1a5fb4;--cast:#8f5a00;--fanout:#7b3aae;--reply:#0b7261;--failure:#b3202c';
const DARK =
  '--paper:#15171a;--ink:#e9e7e1;--faint:#a9aaa8;--line:#2c3036;--call:#7db4ff;--cast:#e3b04b;--fanout:#cf9dff;--reply:#5fd0ba;--failure:#ff8b86';

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
