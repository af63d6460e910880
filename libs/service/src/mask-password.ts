/** A parameter of a query or a fragment whose value is secret, by its name. */
const SECRET_PARAMETER = /([?&#;][^=&#?]*(?:pass|pwd|secret|token)[^=&#]*=)[^&#]*/gi;

/**
 * A URL as it may be shown: passwords before an `@`, of each host of oslo's lists, and secret parameters are replaced. Also for
 * a URL that is broken, as one is in which a password with `/`, `@`, `,` or `?` was not escaped: where it is not clear what
 * belongs to the password, too much is hidden and not too little.
 */
export function maskPassword(url: string): string {
  const [, scheme = '', rest = ''] = /^([a-z][a-z\d+.-]*:\/+)?(.*)$/is.exec(url) ?? [];
  return scheme + hostsOf(rest).map(maskHost).join(',').replace(SECRET_PARAMETER, '$1***');
}

/** Splits before each `user:password@`, unless what stands before it is the beginning of a password. */
function hostsOf(text: string): readonly string[] {
  const hosts: string[] = [];
  for (const part of text.split(/,(?=[^,:@]*:[^,]*@)/)) {
    const before = hosts.at(-1);
    if (before === undefined || before.includes('@') || isHostList(before)) hosts.push(part);
    else hosts[hosts.length - 1] = `${before},${part}`;
  }
  return hosts;
}

function isHostList(text: string): boolean {
  return text.split(',').every((host) => /^(?:\[[^\]@]*\]|[^:@]*)(?::\d+)?$/.test(host));
}

function maskHost(text: string): string {
  const colon = text.indexOf(':');
  const at = text.lastIndexOf('@');
  if (colon < 0 || at < colon) return text;
  const hidden = text.slice(colon, at);
  // The `@` may stand in a secret parameter, and then what comes after it is secret too.
  return `${text.slice(0, colon)}:***${hidden.search(SECRET_PARAMETER) < 0 ? text.slice(at) : ''}`;
}
