/** Cuts a stream of text into whole lines, so that lines of several processes can be written to one terminal unmixed. */
export class WholeLines {
  #rest = '';

  /** Takes a piece of text; answers the lines that are complete with it, each with its line end, as one text. */
  push(text: string): string {
    const end = text.lastIndexOf('\n') + 1;
    if (end === 0) {
      this.#rest += text;
      return '';
    }
    const lines = this.#rest + text.slice(0, end);
    this.#rest = text.slice(end);
    return lines;
  }

  /** What is left when the stream has ended, made a line. */
  end(): string {
    const last = this.#rest === '' ? '' : `${this.#rest}\n`;
    this.#rest = '';
    return last;
  }
}
