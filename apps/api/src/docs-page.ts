import type { Part } from './http/part.ts';

/** A page that lists what the api answers; it asks nobody else for anything. */
export function docsPage(parts: readonly Part[]): string {
  const rows = parts.flatMap(({ service, prefixes: [prefix = ''], operations }) =>
    operations.map(
      ({ method, path, summary }) =>
        `<tr><td>${service}</td><td>${method.toUpperCase()}</td><td><code>${escaped(prefix + (path === '/' ? '' : path))}</code></td><td>${escaped(summary)}</td></tr>`,
    ),
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>novasim API</title>
<style>body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem}
table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #ccc;padding:.3rem .6rem;text-align:left}</style></head>
<body><h1>novasim API</h1>
<p>Identity, compute, image and network as OpenStack answers them. The same as a document: <a href="/openapi.json">openapi.json</a>.
Health: <a href="/healthz">healthz</a>, metrics: <a href="/metrics">metrics</a>.</p>
<table><thead><tr><th>Service</th><th>Method</th><th>Path</th><th>What it does</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody></table></body></html>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
