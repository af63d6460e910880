import type { Flow } from '@novasim/trace';
import { useSignal } from '@preact/signals';

/** The flow as text that goes into a document, a drawing or a program. */
export function Copies({ flow }: { readonly flow: Flow }) {
  const said = useSignal('');
  const copy = (name: string, text: Promise<string>) => {
    // Given as a promise, so that the browser still knows that a person asked for it when the text arrives.
    const item = new ClipboardItem({ 'text/plain': text.then((it) => new Blob([it], { type: 'text/plain' })) });
    navigator.clipboard.write([item]).then(
      () => {
        said.value = `${name} is copied`;
      },
      (cause: unknown) => {
        said.value = `${name} could not be copied: ${cause instanceof Error ? cause.message : String(cause)}`;
      },
    );
  };
  const path = `/api/flows/${encodeURIComponent(flow.request_id)}`;
  return (
    <fieldset class="copies">
      <legend class="visually-hidden">Copy the flow</legend>
      {FORMS.map(([name, ending]) => (
        <button key={name} type="button" onClick={() => copy(name, textOf(`${path}${ending}`))}>
          Copy {name}
        </button>
      ))}
      <button type="button" onClick={() => copy('JSON', Promise.resolve(JSON.stringify(flow, null, 2)))}>
        Copy JSON
      </button>
      <span role="status" class="soft">
        {said}
      </span>
    </fieldset>
  );
}

const FORMS = [
  ['Mermaid', '.mmd'],
  ['SVG', '.svg'],
] as const;

async function textOf(path: string): Promise<string> {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`the observer answered ${answer.status}`);
  return await answer.text();
}
