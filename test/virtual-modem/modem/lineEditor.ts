// The command line as a host types it (V.250 §5.2): echo, backspace, CR, and A/ for the last line again.

const CR = 13;
const LF = 10;
const BS = 8;
const MOST_LINE_OCTETS = 1024;

export interface LineEditorOptions {
  /** The octet comes back to the host, if it is to. */
  echo: (octet: number) => void;
  /** From AT on. */
  onCommand: (line: string) => void;
}

export class LineEditor {
  readonly #options: LineEditorOptions;
  #line: number[] = [];
  #last = '';
  #afterCr = false;

  constructor(options: LineEditorOptions) {
    this.#options = options;
  }

  /** To be asked of every octet, whoever takes it: the LF behind the CR of a command belongs to it. */
  isLineEnd(octet: number): boolean {
    const afterCr = this.#afterCr;
    this.#afterCr = false;
    return afterCr && octet === LF;
  }

  take(octet: number): void {
    const character = octet & 0x7f;
    this.#options.echo(octet);
    if (character === BS) {
      this.#line.pop();
      return;
    }
    if (character === CR) {
      this.#afterCr = true;
      const text = String.fromCharCode(...this.#line);
      this.#line = [];
      this.#give(text);
      return;
    }
    // Whatever stands before AT is noise.
    if (character < 0x20) return;
    this.#line.push(character);
    if (this.#line.length > MOST_LINE_OCTETS) this.#line.splice(0, MOST_LINE_OCTETS >> 1);
    const text = String.fromCharCode(...this.#line.slice(-2)).toUpperCase();
    if (text === 'A/' && this.#line.length === 2 && this.#last !== '') {
      this.#line = [];
      this.#give(this.#last);
    }
  }

  reset(): void {
    this.#line = [];
  }

  #give(text: string): void {
    const begin = text.toUpperCase().indexOf('AT');
    if (begin < 0) return;
    this.#last = text.slice(begin);
    this.#options.onCommand(this.#last);
  }
}
