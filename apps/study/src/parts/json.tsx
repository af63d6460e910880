/** A value as JSON that can be folded away. Secrets were masked before the observer kept it. */
export function Json({ title, value, isOpen = false }: { title: string; value: unknown; isOpen?: boolean }) {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  return (
    <details class="json" open={isOpen}>
      <summary>{title}</summary>
      <pre>{text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}\n… (${text.length} characters)` : text}</pre>
    </details>
  );
}

/** More would make the page slow; whoever needs it copies the JSON. */
const MOST_SHOWN = 50_000;
