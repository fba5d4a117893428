// Octets of a modem in command state, cut into lines.

/** Longer lines are cut: no modem says so much in one line, and noise must not fill the memory. */
const LINE_OCTETS = 512;

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const DELETE = 0x7f;

export interface AtLine {
  /** Without control characters and the blanks around it; never empty. */
  text: string;
  /** A line feed stood right before it: in the numeric form (ATV0) results have none (V.250). */
  afterLineFeed: boolean;
}

/**
 * Takes octets one by one; gives a line at its CR or LF, whichever comes first. Control characters are dropped, XON and XOFF
 * among them.
 */
export class LineReader {
  private octets: number[] = [];
  private lastWasLineFeed = false;
  private begunAfterLineFeed = false;
  private readonly dropped = new Set<number>();

  /** The line that this octet ends. */
  take(octet: number): AtLine | undefined {
    if (octet === CR || octet === LF) {
      const line = this.finish();
      this.lastWasLineFeed = octet === LF;
      return line;
    }
    if (octet < SPACE || octet === DELETE) {
      this.dropped.add(octet);
      return undefined;
    }
    if (this.octets.length === 0) this.begunAfterLineFeed = this.lastWasLineFeed;
    if (this.octets.length < LINE_OCTETS) this.octets.push(octet);
    return undefined;
  }

  /** The line that has begun, as if it ended here. */
  finish(): AtLine | undefined {
    if (this.octets.length === 0) return undefined;
    const text = Buffer.from(this.octets).toString('latin1').trim();
    this.octets = [];
    return text === '' ? undefined : { text, afterLineFeed: this.begunAfterLineFeed };
  }

  /** Whether this control character came since the last `reset`; asked once. XON may stand before CONNECT. */
  takeDropped(octet: number): boolean {
    return this.dropped.delete(octet);
  }

  reset(): void {
    this.dropped.clear();
    this.octets = [];
    this.lastWasLineFeed = false;
  }
}
