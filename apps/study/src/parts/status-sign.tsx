interface StatusSignProps {
  readonly status: string;
  readonly task?: string | null;
  readonly isLocked?: boolean | undefined;
}

/** A state as a shape and a word: a full dot runs, a ring is under way, a cross has failed, a bar is anything else. */
export function StatusSign({ status, task, isLocked = false }: StatusSignProps) {
  const shape = shapeOf(status);
  return (
    <span class={shape === CROSS ? 'sign failed' : 'sign'}>
      <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true" fill="none" stroke="currentColor">
        <path
          d={shape}
          fill={shape === DOT ? 'currentColor' : 'none'}
          stroke-width="1.75"
          stroke-linecap="round"
          stroke-dasharray={shape === RING ? '3 2.6' : undefined}
        />
      </svg>
      {status}
      {task != null && <span class="soft">{task}</span>}
      {isLocked && <span class="soft">locked</span>}
    </span>
  );
}

const DOT = 'M6 2a4 4 0 1 0 .01 0';
const RING = 'M6 1.5a4.5 4.5 0 1 0 .01 0';
const CROSS = 'm2 2 8 8m0-8-8 8';
const BAR = 'M2 6h8';

function shapeOf(status: string): string {
  switch (status) {
    case 'ACTIVE':
    case 'up':
      return DOT;
    case 'ERROR':
    case 'down':
      return CROSS;
    case 'BUILD':
    case 'REBOOT':
    case 'HARD_REBOOT':
    case 'RESIZE':
    case 'REBUILD':
    case 'MIGRATING':
      return RING;
    default:
      return BAR;
  }
}
