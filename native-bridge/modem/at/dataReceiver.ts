// One reception of data: from CONNECT to DLE ETX, or to what came in its place.

import { DataDecoder } from './dataFraming.ts';
import type { OctetQueue } from './octetQueue.ts';

/** A result in the place of data is one only if nothing follows it: data would go on at once. */
const RESULT_QUIET_MS = 200;

export type ReceiveEnd = 'ended' | 'timeout' | 'result' | 'closed' | 'aborted';

export interface ReceiveOptions {
  silenceMs: number;
  signal?: AbortSignal | undefined;
  singleDle?: boolean | undefined;
}

export class DataReceiver {
  private readonly onEnd: (how: ReceiveEnd, result: Uint8Array | undefined) => void;
  private readonly decoder: DataDecoder;
  private readonly onOctets: (octets: Uint8Array) => void;
  private readonly options: ReceiveOptions;
  private silence: NodeJS.Timeout | undefined;
  private quiet: NodeJS.Timeout | undefined;
  private isOver = false;

  /** `onEnd` is called once, with the octets of the result that came in the place of data if there is one. */
  constructor(
    onOctets: (octets: Uint8Array) => void,
    options: ReceiveOptions,
    onEnd: (how: ReceiveEnd, result: Uint8Array | undefined) => void,
  ) {
    this.onEnd = onEnd;
    this.decoder = new DataDecoder(options.singleDle ?? false);
    this.onOctets = onOctets;
    this.options = options;
    options.signal?.addEventListener('abort', this.onAbort);
    this.heard();
  }

  /** Takes data out of `raw`, up to their end. */
  take(raw: OctetQueue): void {
    if (this.isOver) return;
    const data: number[] = [];
    let ended = false;
    for (let octet = raw.shift(); octet !== undefined; octet = ended ? undefined : raw.shift()) {
      ended = this.decoder.take(octet, data);
    }
    this.give(data);
    if (ended) this.end('ended');
  }

  /** Something came: the times begin anew. */
  heard(): void {
    clearTimeout(this.silence);
    clearTimeout(this.quiet);
    if (this.isOver) return;
    this.quiet = setTimeout(() => {
      if (this.decoder.heldResult()) this.end('result');
    }, RESULT_QUIET_MS);
    this.silence = setTimeout(() => this.end('timeout'), this.options.silenceMs);
  }

  end(how: ReceiveEnd): void {
    if (this.isOver) return;
    this.isOver = true;
    clearTimeout(this.silence);
    clearTimeout(this.quiet);
    this.options.signal?.removeEventListener('abort', this.onAbort);
    const result = how === 'ended' ? undefined : this.decoder.heldResult();
    if (result) {
      this.onEnd(how === 'timeout' ? 'result' : how, result);
      return;
    }
    const data: number[] = [];
    this.decoder.release(data);
    this.give(data);
    this.onEnd(how, undefined);
  }

  private readonly onAbort = (): void => this.end('aborted');

  private give(data: readonly number[]): void {
    if (data.length > 0) this.onOctets(Uint8Array.from(data));
  }
}
