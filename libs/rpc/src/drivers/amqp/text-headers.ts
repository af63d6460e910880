/**
 * Headers whose values are short ASCII texts, such as a trace's: messages to one place differ in the texts and not in their
 * lengths, so the table is encoded once with blanks. Layout: AMQP 0-9-1, 4.2.5.5 (tables), `S` for a long string.
 */
export interface TextHeaders {
  /** The table with its length in front; blanks where the values go. */
  readonly table: Buffer;
  /** Where in the table each value goes. */
  readonly places: readonly { readonly name: string; readonly at: number }[];
}

const longestValue = 255;
const longestName = 128;
const asciiText = /^[\x20-\x7e]*$/;

/** Names and lengths of text headers, as a key; empty without headers, undefined when a value is anything else. */
export function shapeOf(headers: Readonly<Record<string, unknown>>): string | undefined {
  let shape = '';
  for (const name in headers) {
    const value = headers[name];
    if (typeof value !== 'string' || value.length > longestValue || name.length > longestName) return undefined;
    if (!asciiText.test(value) || !asciiText.test(name)) return undefined;
    shape += `${name}=${value.length}\n`;
  }
  return shape;
}

/** Encodes the table of headers that have a shape. */
export function blankTable(headers: Readonly<Record<string, unknown>>): TextHeaders {
  const places: { name: string; at: number }[] = [];
  const parts: Buffer[] = [Buffer.alloc(4)];
  let size = 4;
  for (const [name, value] of Object.entries(headers)) {
    const { length } = String(value);
    const field = Buffer.alloc(1 + name.length + 1 + 4 + length);
    field[0] = name.length;
    field.write(name, 1, 'latin1');
    field.write('S', 1 + name.length, 'latin1');
    field.writeUInt32BE(length, 2 + name.length);
    places.push({ name, at: size + field.length - length });
    parts.push(field);
    size += field.length;
  }
  const table = Buffer.concat(parts);
  table.writeUInt32BE(size - 4, 0);
  return { table, places };
}
