/** The lines of a stream. Only a line feed ends one: what Unicode calls a line separator may stand in a JSON text. */
export async function* linesOf(stream: NodeJS.ReadableStream): AsyncGenerator<string> {
  stream.setEncoding('utf8');
  let pieces: string[] = [];
  for await (const chunk of stream) {
    const [first = '', ...others] = String(chunk).split('\n');
    pieces.push(first);
    for (const next of others) {
      yield pieces.join('');
      pieces = [next];
    }
  }
  const last = pieces.join('');
  if (last !== '') yield last;
}
