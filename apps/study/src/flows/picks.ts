/** The request ids that are chosen for comparing, at most two; they are in the URL. */
export function picksOf(url: URL): readonly string[] {
  return url.searchParams.getAll('pick').slice(0, 2);
}

/** The address of the same view with one flow chosen or no longer chosen; a third takes the place of the second. */
export function withPick(id: string, url: URL): string {
  const picks = picksOf(url);
  const next = picks.includes(id) ? picks.filter((one) => one !== id) : [...picks.slice(0, 1), id];
  const changed = new URL(url);
  changed.searchParams.delete('pick');
  for (const pick of next) changed.searchParams.append('pick', pick);
  return `${changed.pathname}${changed.search}`;
}

/** Where two flows stand side by side. */
export function compareUrl(a: string, b: string): string {
  return `/compare/${encodeURIComponent(a)}/${encodeURIComponent(b)}`;
}
