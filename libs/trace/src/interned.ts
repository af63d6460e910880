import { BoundedMap } from './bounded-map.ts';

/**
 * One of each text, list and table that comes again and again. What is read off the wire is new every time; who talks to whom is
 * not, and names were a third of all that was kept.
 */
export class Interned {
  readonly #texts = new BoundedMap<string, string>(MOST);
  readonly #lists = new BoundedMap<string, readonly string[]>(MOST);
  readonly #tables = new BoundedMap<string, Readonly<Record<string, unknown>>>(MOST);

  text<T extends string | undefined>(text: T): T;
  text(text: string | undefined): string | undefined {
    if (text === undefined || text.length > LONGEST_NAME) return text;
    const known = this.#texts.get(text);
    if (known === undefined) this.#texts.set(text, text);
    return known ?? text;
  }

  /** A list of a single name is shared, and so are the names of a longer one. */
  list<T extends readonly string[] | undefined>(names: T): T;
  list(names: readonly string[] | undefined): readonly string[] | undefined {
    const [name, ...others] = names ?? [];
    if (names === undefined || name === undefined || name.length > LONGEST_NAME) return names;
    if (others.length > 0) return names.map((one) => this.text(one));
    const known = this.#lists.get(name);
    if (known !== undefined) return known;
    const list = [this.text(name)];
    this.#lists.set(name, list);
    return list;
  }

  /** Headers and properties of most messages are the same few. */
  table(table: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    const text = JSON.stringify(table);
    if (text.length > LONGEST_TABLE) return table;
    const known = this.#tables.get(text);
    if (known === undefined) this.#tables.set(text, table);
    return known ?? table;
  }
}

const MOST = 10_000;
/** AMQP's longest name. What a body calls a name may be longer, and then it is kept with its message alone. */
const LONGEST_NAME = 255;
const LONGEST_TABLE = 300;
