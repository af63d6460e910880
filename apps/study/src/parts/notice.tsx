import type { ComponentChildren } from 'preact';
import type { ApiFault } from '../data/api.ts';

/** Where there is nothing to show: what is so, and what one can do about it. `isWholePage`: no heading stands above it. */
export function Notice({ title, children, role, isWholePage = false }: NoticeProps) {
  const Heading = isWholePage ? 'h1' : 'h2';
  return (
    <div class="notice" role={role}>
      <Heading>{title}</Heading>
      {children}
    </div>
  );
}

interface NoticeProps {
  readonly title: string;
  readonly children?: ComponentChildren;
  readonly role?: 'status' | 'alert';
  readonly isWholePage?: boolean;
}

/** While something is fetched. Said only to those who cannot see that the page is still empty. */
export function Loading({ what }: { what: string }) {
  return (
    <p class="visually-hidden" role="status">
      Loading {what}
    </p>
  );
}

/** When what a page is about could not be fetched. */
export function Failed({ what, fault, onRetry }: { what: string; fault: ApiFault; onRetry: () => void }) {
  return (
    <Notice
      isWholePage
      role="alert"
      title={fault.status === 404 ? `There is no such ${what}` : `The ${what} could not be fetched`}
    >
      <p>{adviceFor(fault)}</p>
      <div class="actions">
        <button type="button" onClick={onRetry}>
          Try again
        </button>
      </div>
    </Notice>
  );
}

function adviceFor({ status, message }: ApiFault): string {
  if (status === 0)
    return 'The observer does not answer. Start it with “npm start”, or look whether its process still runs.';
  if (status === 404) return `${message}. The observer keeps what fits its memory; the oldest flows go first.`;
  return `The observer says: ${message}.`;
}
