import { setOwn } from './set-own.ts';

/**
 * Parses JSON with Python's additions: bare `NaN`, `Infinity`, `-Infinity`, and integers of any length (BigInt beyond 2^53).
 * @throws {SyntaxError} naming the offset of the first character that does not fit.
 */
export function readPythonJson(text: string): unknown {
  const reader = new Reader(text);
  const value = reader.value();
  reader.end();
  return value;
}

const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const wordPattern = /true|false|null|NaN|Infinity|-Infinity/y;
const stringPattern = /"[^"\\]*(?:\\[\s\S][^"\\]*)*"/y;
const spacePattern = /[ \t\r\n]*/y;
/** Deeper nesting is refused: it has no use and would exhaust the stack. */
const deepest = 2_000;

const words: Readonly<Record<string, unknown>> = {
  true: true,
  false: false,
  null: null,
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

class Reader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(): unknown {
    this.#match(spacePattern);
    switch (this.#text[this.#at]) {
      case '{':
        return this.#nested(() => this.#object());
      case '[':
        return this.#nested(() => this.#array());
      case '"':
        return this.#string();
    }
    const word = this.#match(wordPattern);
    return word === undefined ? this.#number() : words[word];
  }

  end(): void {
    this.#match(spacePattern);
    if (this.#at < this.#text.length) this.#fail();
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > deepest) throw new SyntaxError(`JSON is nested deeper than ${deepest} levels`);
    this.#at++;
    const value = read();
    this.#depth--;
    return value;
  }

  #object(): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    if (this.#take('}')) return object;
    do {
      this.#match(spacePattern);
      const key = this.#string();
      if (!this.#take(':')) this.#fail();
      setOwn(object, key, this.value());
    } while (this.#take(','));
    if (!this.#take('}')) this.#fail();
    return object;
  }

  #array(): unknown[] {
    const array: unknown[] = [];
    if (this.#take(']')) return array;
    do array.push(this.value());
    while (this.#take(','));
    if (!this.#take(']')) this.#fail();
    return array;
  }

  #string(): string {
    const literal = this.#match(stringPattern) ?? this.#fail();
    return JSON.parse(literal) as string; // a JSON string literal parses to a string or throws
  }

  #number(): number | bigint {
    const digits = this.#match(numberPattern);
    if (digits === undefined || digits === '') this.#fail();
    const number = Number(digits);
    if (!Number.isSafeInteger(number) && /^-?\d+$/.test(digits)) return BigInt(digits);
    return number;
  }

  #take(character: string): boolean {
    this.#match(spacePattern);
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #fail(): never {
    const found = this.#at < this.#text.length ? `'${this.#text[this.#at]}'` : 'end of text';
    throw new SyntaxError(`unexpected ${found} at offset ${this.#at} of JSON`);
  }
}
