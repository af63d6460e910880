/** A sentence of the observer, in which names stand between backticks: these are set apart. */
export function Words({ text }: { readonly text: string }) {
  return (
    <>
      {text.split('`').map((part, index) => {
        const key = `${index}${part}`;
        return index % 2 === 0 ? <span key={key}>{part}</span> : <b key={key}>{part}</b>;
      })}
    </>
  );
}
