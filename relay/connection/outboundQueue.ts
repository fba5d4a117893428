// What waits to go out to one device, in front of its socket: control and call data in order, keepalive
// acknowledgements past both. The socket is handed more only while it holds little, so that an
// acknowledgement never stands behind more than that.

export interface FrameSender {
  /** `done` is called once the frame has left this process, or the connection broke. */
  send(data: string | Buffer, options: { binary: boolean }, done: () => void): void;
}

export interface OutboundQueueOptions {
  sender: FrameSender;
  ack: string;
  /** Call data waiting above this is a backlog … */
  highBytes: number;
  /** … until it has shrunk to this; then `onDrained` is called. */
  lowBytes: number;
  /** More control than this waiting: the device does not read; `onOverflow` is called. */
  maxControlBytes: number;
  now: () => number;
  onDrained: () => void;
  onOverflow: () => void;
}

type Item = { kind: 'control'; text: string; bytes: number } | { kind: 'data'; frame: Buffer; bytes: number };

/** The socket is handed more only while less than this is unsent there. */
const HANDED_OVER_BYTES = 64 * 1024;
/** What a waiting frame costs beside its bytes. */
const FRAME_OVERHEAD_BYTES = 96;

export class OutboundQueue {
  readonly #options: OutboundQueueOptions;
  #items: Item[] = [];
  #head = 0;
  #dataBytes = 0;
  #controlBytes = 0;
  #handedBytes = 0;
  #isAckDue = false;
  #isAckOut = false;
  #isBacklogged = false;
  #isClosed = false;
  #stuckSinceMs: number | undefined;
  #lastProgressMs: number;

  constructor(options: OutboundQueueOptions) {
    this.#options = options;
    this.#lastProgressMs = options.now();
  }

  get isBacklogged(): boolean {
    return this.#isBacklogged;
  }

  /** Call data not yet gone out, in bytes, with what each frame costs. */
  get dataBytes(): number {
    return this.#dataBytes;
  }

  get controlBytes(): number {
    return this.#controlBytes;
  }

  /** Since when call data waits without any of it getting out; undefined when none waits. */
  get stuckSinceMs(): number | undefined {
    return this.#stuckSinceMs;
  }

  get lastProgressMs(): number {
    return this.#lastProgressMs;
  }

  sendControl(text: string): void {
    const bytes = text.length + FRAME_OVERHEAD_BYTES;
    this.#controlBytes += bytes;
    this.#push({ kind: 'control', text, bytes });
    if (this.#controlBytes > this.#options.maxControlBytes) this.#options.onOverflow();
  }

  sendData(frame: Buffer): void {
    const bytes = frame.length + FRAME_OVERHEAD_BYTES;
    this.#dataBytes += bytes;
    this.#stuckSinceMs ??= this.#options.now();
    if (this.#dataBytes > this.#options.highBytes) this.#isBacklogged = true;
    this.#push({ kind: 'data', frame, bytes });
  }

  /** Several that are due at once are one. */
  sendAck(): void {
    this.#isAckDue = true;
    this.#pump();
  }

  /** Throws away the call data that was not handed to the socket yet. */
  dropData(): void {
    const kept: Item[] = [];
    for (const item of this.#items.slice(this.#head)) {
      if (item.kind === 'control') kept.push(item);
      else this.#dataBytes -= item.bytes;
    }
    this.#items = kept;
    this.#head = 0;
    this.#stuckSinceMs = this.#dataBytes > 0 ? this.#options.now() : undefined;
    this.#relax(true);
    this.#pump();
  }

  /** Hands every waiting control message to the socket, whatever it holds, and takes nothing more. */
  finish(): void {
    if (this.#isClosed) return;
    for (const item of this.#items.slice(this.#head)) {
      if (item.kind === 'control') this.#options.sender.send(item.text, { binary: false }, () => {});
    }
    this.#isClosed = true;
    this.#items = [];
    this.#head = 0;
    this.#dataBytes = 0;
    this.#controlBytes = 0;
    this.#stuckSinceMs = undefined;
    this.#relax(true);
  }

  #push(item: Item): void {
    if (this.#isClosed) return;
    this.#items.push(item);
    this.#pump();
  }

  #pump(): void {
    while (!this.#isClosed && this.#handedBytes < HANDED_OVER_BYTES) {
      if (this.#isAckDue && !this.#isAckOut) {
        this.#isAckDue = false;
        this.#isAckOut = true;
        this.#hand(this.#options.ack, false, this.#options.ack.length, () => {
          this.#isAckOut = false;
        });
        continue;
      }
      const item = this.#items[this.#head];
      if (item === undefined) return;
      this.#head++;
      this.#compact();
      if (item.kind === 'control') {
        this.#hand(item.text, false, item.bytes, () => {
          this.#controlBytes -= item.bytes;
        });
      } else {
        this.#hand(item.frame, true, item.bytes, () => this.#dataGone(item.bytes));
      }
    }
  }

  #hand(data: string | Buffer, binary: boolean, bytes: number, gone: () => void): void {
    this.#handedBytes += bytes;
    this.#options.sender.send(data, { binary }, () => {
      this.#handedBytes -= bytes;
      if (this.#isClosed) return;
      gone();
      this.#pump();
    });
  }

  #dataGone(bytes: number): void {
    this.#dataBytes -= bytes;
    this.#lastProgressMs = this.#options.now();
    this.#stuckSinceMs = this.#dataBytes > 0 ? this.#lastProgressMs : undefined;
    this.#relax(false);
  }

  #relax(always: boolean): void {
    if (!this.#isBacklogged || (!always && this.#dataBytes > this.#options.lowBytes)) return;
    this.#isBacklogged = false;
    this.#options.onDrained();
  }

  /** Items are taken from the front by an index; the array is cut once half of it is spent. */
  #compact(): void {
    if (this.#head < 64 || this.#head * 2 < this.#items.length) return;
    this.#items = this.#items.slice(this.#head);
    this.#head = 0;
  }
}
