// Octets that have come and wait to be understood: what they are depends on what is done next.

/** A page at 14 400 bit/s takes more than two minutes to fill it; beyond, what comes is dropped. */
const CAPACITY = 256 * 1024;

export class OctetQueue {
  private octets = new Uint8Array(1024);
  private from = 0;
  private to = 0;

  get length(): number {
    return this.to - this.from;
  }

  push(added: Uint8Array): void {
    const taken = added.subarray(0, CAPACITY - this.length);
    if (this.to + taken.length > this.octets.length) this.makeRoom(taken.length);
    this.octets.set(taken, this.to);
    this.to += taken.length;
  }

  /** Puts octets back in front. */
  unshift(added: Uint8Array): void {
    const rest = this.view().slice();
    this.clear();
    this.push(added);
    this.push(rest);
  }

  shift(): number | undefined {
    if (this.length === 0) return undefined;
    const octet = this.octets[this.from];
    this.from += 1;
    if (this.length === 0) this.clear();
    return octet;
  }

  /** Takes the first such octet out from between the others. */
  remove(octet: number): boolean {
    const at = this.view().indexOf(octet);
    if (at < 0) return false;
    this.octets.copyWithin(this.from + at, this.from + at + 1, this.to);
    this.to -= 1;
    return true;
  }

  /** What waits, valid until the next call. */
  view(): Uint8Array {
    return this.octets.subarray(this.from, this.to);
  }

  clear(): void {
    this.from = 0;
    this.to = 0;
    if (this.octets.length > 65_536) this.octets = new Uint8Array(1024);
  }

  private makeRoom(more: number): void {
    const kept = this.view();
    const wanted = this.length + more;
    const octets =
      wanted > this.octets.length ? new Uint8Array(Math.max(wanted, 2 * this.octets.length)) : this.octets;
    octets.set(kept, 0);
    this.octets = octets;
    this.to = kept.length;
    this.from = 0;
  }
}
