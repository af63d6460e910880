import { diagramOf, type Flow, toMermaid, toSvg } from '@novasim/trace';
import { useSignal } from '@preact/signals';

/** The flow as text that goes into a document, a drawing or a program. */
export function Copies({ flow }: { readonly flow: Flow }) {
  const said = useSignal('');
  const copy = (name: string, text: string) => {
    if (!isSecureContext) {
      said.value = 'A browser copies only on https or on this machine';
      return;
    }
    navigator.clipboard.writeText(text).then(
      () => {
        said.value = `${name} is copied`;
      },
      (cause: unknown) => {
        said.value = `${name} could not be copied: ${cause instanceof Error ? cause.message : String(cause)}`;
      },
    );
  };
  return (
    <fieldset class="copies">
      <legend class="visually-hidden">Copy the flow</legend>
      {FORMS.map(([name, write]) => (
        <button key={name} type="button" onClick={() => copy(name, write(flow))}>
          Copy {name}
        </button>
      ))}
      <span role="status" class="soft">
        {said}
      </span>
    </fieldset>
  );
}

const FORMS: readonly (readonly [string, (flow: Flow) => string])[] = [
  ['Mermaid', (flow) => toMermaid(diagramOf(flow))],
  ['SVG', (flow) => toSvg(diagramOf(flow))],
  ['JSON', (flow) => JSON.stringify(flow, null, 2)],
];
