interface LoadBarProps {
  /** Of what, for those who hear the page: `vCPUs`. */
  readonly what: string;
  readonly used: number | undefined;
  readonly total: number | undefined;
  /** How a figure is written. */
  readonly write?: (value: number) => string;
}

/** How much of something is taken: a bar, and both figures. */
export function LoadBar({ what, used, total, write = String }: LoadBarProps) {
  if (used === undefined || total === undefined) return <span class="soft">not told yet</span>;
  const share = total === 0 ? 0 : Math.min(1, used / total);
  return (
    <span class="load">
      <svg width="72" height="6" viewBox="0 0 72 6" aria-hidden="true">
        <rect class="room" width="72" height="6" />
        <rect class="taken" width={share * 72} height="6" />
      </svg>
      <span>
        {write(used)} <span class="soft">of {write(total)}</span>
        <span class="visually-hidden"> {what}</span>
      </span>
    </span>
  );
}

/** MiB as GiB, as people say it. */
export function gib(mib: number): string {
  const value = mib / 1_024;
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}
