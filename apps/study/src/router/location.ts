import { computed, type ReadonlySignal, signal } from '@preact/signals';

/** Where the person is: every view, and the state of each view, is in here and nowhere else. */
export const here = signal(new URL(location.href));

addEventListener('popstate', () => {
  here.value = new URL(location.href);
});

/** Goes to another view. `isReplacing`: the back button will not return to this one (typing, scrolling along). */
export function navigate(to: string, { isReplacing = false } = {}): void {
  const url = new URL(to, location.href);
  if (url.href === here.value.href) return;
  if (isReplacing) history.replaceState(null, '', url);
  else history.pushState(null, '', url);
  const isOtherPage = url.pathname !== here.value.pathname;
  here.value = url;
  if (isOtherPage) scrollTo(0, 0);
}

/** A value of the view's query string, empty where it is not there. */
export function query(name: string): ReadonlySignal<string> {
  return computed(() => here.value.searchParams.get(name) ?? '');
}

/** This view with other query values; an empty one is left out of the URL. */
export function withQuery(values: Readonly<Record<string, string>>, url: URL = here.value): string {
  const next = new URL(url);
  for (const [name, value] of Object.entries(values)) {
    if (value === '') next.searchParams.delete(name);
    else next.searchParams.set(name, value);
  }
  return `${next.pathname}${next.search}`;
}

/** Changes the view's state in place. */
export function setQuery(values: Readonly<Record<string, string>>, options?: { readonly isReplacing?: boolean }): void {
  navigate(withQuery(values), options);
}
