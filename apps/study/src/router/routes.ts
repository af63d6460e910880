/** Values of the `:names` in a page's path. */
export type Params = Readonly<Record<string, string>>;

/** `/flows/:id` against `/flows/req-1` gives `{ id: 'req-1' }`; undefined where they differ. A last slash makes no difference. */
export function matchPath(pattern: string, path: string): Params | undefined {
  const wanted = parts(pattern);
  const given = parts(path);
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const found = given[index] ?? '';
    if (part.startsWith(':')) params[part.slice(1)] = decoded(found);
    else if (part !== found) return undefined;
  }
  return params;
}

function parts(path: string): readonly string[] {
  return path.split('/').filter((part) => part !== '');
}

/** A path that somebody typed may be no valid encoding; then it is taken as it is. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
