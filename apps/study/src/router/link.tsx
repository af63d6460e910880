import type { AnchorHTMLAttributes } from 'preact';
import { navigate } from './location.ts';

/** A real link (new tab, copy address) that changes the view without loading the page again. */
export function Link({ href, ...rest }: AnchorHTMLAttributes & { href: string }) {
  const go = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(href);
  };
  return <a href={href} onClick={go} {...rest} />;
}
