// The dialogue with a modem, over whatever carries its octets. What comes is kept as octets until it is known what it is:
// behind CONNECT there may be data or further results, as the driver's next step decides.

import type { AtAnswer, AtDialogue, CommandOptions, ResultCode, Unsolicited } from './atDialogue.types.ts';
import { pause } from '../serial/pause.ts';
import { withinTime } from '../serial/withinTime.ts';
import { Changes } from './changes.ts';
import { encodeData } from './dataFraming.ts';
import { DataReceiver, type ReceiveEnd, type ReceiveOptions } from './dataReceiver.ts';
import { LineReader } from './lineReader.ts';
import { LineSorter } from './lineSorter.ts';
import { OctetQueue } from './octetQueue.ts';
import { verboseResult } from './resultCodes.ts';

/** What the dialogue needs of a serial port. */
export interface AtWriter {
  /** Rejects when the port is gone. */
  write(octets: Uint8Array): Promise<void>;
}

export interface ModemDialogue extends AtDialogue {
  /** Octets from the port, as they come. */
  receive(octets: Uint8Array): void;
  /** The port is gone: everything that waits ends, and whatever is begun later. */
  closed(): void;
  /** The profile's pause between a result and the next command. */
  setCommandGap(gapMs: number): void;
}

export function createAtDialogue(writer: AtWriter): ModemDialogue {
  return new Dialogue(writer);
}

/** More lines than any modem's answer has; what comes beyond is not kept. */
const ANSWER_LINES = 200;
const SEND_OCTETS = 512;
/** A lost XON must not stop the call for ever; no modem's buffer takes longer to run empty. */
const XOFF_LIMIT_MS = 20_000;
/** A modem that takes nothing for so long will not take anything any more. */
const STUCK_MS = 30_000;
const RAW_LIMIT_MS = 5000;
const XON = 0x11;
const XOFF = 0x13;
/** Any character interrupts (T.31, V.250); this one means nothing if the modem is waiting for commands by then. */
const CAN = 0x18;
const CR = 0x0d;
const LF = 0x0a;

const ABORTED: AtAnswer = { result: 'aborted', lines: [] };

type SendEnd = 'sent' | 'closed' | 'aborted';

interface Waiter {
  lines: string[];
  onLine: ((line: string) => void) | undefined;
  settle(result: AtAnswer['result']): void;
  answer: Promise<AtAnswer>;
}

class Dialogue implements ModemDialogue {
  private readonly writer: AtWriter;
  private readonly raw = new OctetQueue();
  private readonly reader = new LineReader();
  private readonly sorter = new LineSorter();
  private readonly unsolicited = new Set<(what: Unsolicited) => void>();
  private readonly transcript = new Set<(direction: 'sent' | 'received', text: string) => void>();
  private tail: Promise<unknown> = Promise.resolve();
  private waiter: Waiter | undefined;
  private receiver: DataReceiver | undefined;
  /** Octets are kept as they are until the next step; `data`: they are data by all we know. */
  private held: 'no' | 'results' | 'data' = 'no';
  /** The LF that belongs to the CR of CONNECT. */
  private dropLineFeed = false;
  private unclaimed: AtAnswer[] = [];
  private sending = false;
  private stopped = false;
  private gone = false;
  private gapMs = 0;
  /** Goes up with each `reset`: what was begun in an earlier age is over. */
  private age = 0;
  private lastAnswerAtMs = Number.NEGATIVE_INFINITY;
  private readonly changes = new Changes();

  constructor(writer: AtWriter) {
    this.writer = writer;
  }

  command(text: string, options: CommandOptions): Promise<AtAnswer> {
    return this.inTurn(ABORTED, async () => {
      await this.keepGap();
      if (options.signal?.aborted) return ABORTED;
      this.forgetLeftOver();
      this.sorter.expectEcho(text);
      this.tell('sent', text);
      const waiter = this.wait(options);
      this.write(new Uint8Array([...Buffer.from(text, 'latin1'), CR])).catch(() => waiter.settle('closed'));
      return waiter.answer;
    });
  }

  nextResult(options: CommandOptions): Promise<AtAnswer> {
    return this.inTurn(ABORTED, async () => {
      const unclaimed = this.unclaimed.shift();
      if (unclaimed) return unclaimed;
      if (options.signal?.aborted) return ABORTED;
      return this.await(options);
    });
  }

  receiveData(onOctets: (octets: Uint8Array) => void, options: ReceiveOptions): Promise<ReceiveEnd> {
    return this.inTurn<ReceiveEnd>('aborted', async () => {
      if (this.gone) return 'closed';
      if (options.signal?.aborted) return 'aborted';
      let octets = 0;
      const how = await this.receiveNow((part) => {
        octets += part.length;
        onOctets(part);
      }, options);
      this.tell('received', `(${octets} octets of data)`);
      return how;
    });
  }

  sendData(
    octets: Uint8Array,
    options: { last: boolean; signal?: AbortSignal | undefined },
  ): Promise<SendEnd> {
    const { age } = this;
    return this.inTurn<SendEnd>('aborted', async () => {
      this.tell('sent', `(${octets.length} octets of data${options.last ? ', end' : ''})`);
      this.held = 'results';
      this.sending = true;
      this.takeFlowControl();
      try {
        const coded = encodeData(octets, options.last);
        for (let at = 0; at < coded.length; at += SEND_OCTETS) {
          await this.untilSending(() => !this.stopped || age !== this.age, XOFF_LIMIT_MS, options.signal);
          let taken = false;
          const stops = (): SendEnd | undefined => {
            if (this.gone) return 'closed';
            if (options.signal?.aborted || age !== this.age) return 'aborted';
            return this.hasResult() ? 'sent' : undefined;
          };
          const stop = stops();
          if (stop) return stop;
          this.write(coded.subarray(at, at + SEND_OCTETS)).then(
            () => {
              taken = true;
              this.changes.notify();
            },
            () => this.closed(),
          );
          await this.untilSending(() => taken || age !== this.age, STUCK_MS, options.signal);
          if (!taken) return stops() ?? 'aborted';
        }
        return 'sent';
      } finally {
        this.sending = false;
      }
    });
  }

  async sendRaw(octets: Uint8Array): Promise<'sent' | 'closed'> {
    if (this.gone) return 'closed';
    this.tell('sent', `(${Buffer.from(octets.subarray(0, 16)).toString('hex')})`);
    // What flow control holds back for longer goes out later: it is in the port's hands.
    const written = this.write(octets).then(
      () => 'sent' as const,
      () => 'closed' as const,
    );
    return (await withinTime(written, RAW_LIMIT_MS)) ?? 'sent';
  }

  async interrupt(timeoutMs: number): Promise<AtAnswer> {
    const untilMs = performance.now() + timeoutMs;
    const leftMs = (): number => Math.max(0, untilMs - performance.now());
    this.receiver?.end('aborted');
    void this.sendRaw(Uint8Array.of(CAN));
    if (this.waiter) {
      const answer = (await withinTime(this.waiter.answer, leftMs())) ?? { result: 'timeout', lines: [] };
      if (answer.result !== 'CONNECT') return answer;
    }
    return this.inTurn(ABORTED, async () => {
      for (;;) {
        // The carrier came at the same moment: what follows is data, up to where the character ended it.
        if (this.held === 'data' && !this.gone) {
          const signal = AbortSignal.timeout(Math.ceil(leftMs()));
          await this.receiveNow(() => undefined, { silenceMs: timeoutMs, signal });
        }
        const answer = this.unclaimed.shift() ?? (await this.await({ timeoutMs: leftMs() }));
        if (answer.result !== 'CONNECT') return answer;
      }
    });
  }

  async waitForOctet(octet: number, timeoutMs: number): Promise<boolean> {
    let found = this.raw.remove(octet) || this.reader.takeDropped(octet);
    const isOver = (): boolean => (found ||= this.raw.remove(octet)) || this.gone || this.hasResult();
    await this.changes.until(isOver, timeoutMs);
    return found;
  }

  reset(): void {
    this.age += 1;
    this.waiter?.settle('aborted');
    this.receiver?.end('aborted');
    this.raw.clear();
    this.reader.reset();
    this.unclaimed = [];
    this.held = 'no';
    this.dropLineFeed = false;
    this.stopped = false;
    this.changes.notify();
  }

  onUnsolicited(listener: (what: Unsolicited) => void): () => void {
    this.unsolicited.add(listener);
    return () => this.unsolicited.delete(listener);
  }

  onTranscript(listener: (direction: 'sent' | 'received', text: string) => void): () => void {
    this.transcript.add(listener);
    return () => this.transcript.delete(listener);
  }

  setCommandGap(gapMs: number): void {
    this.gapMs = gapMs;
  }

  receive(octets: Uint8Array): void {
    if (this.gone) return;
    this.raw.push(octets);
    if (this.sending) this.takeFlowControl();
    this.receiver?.heard();
    this.pump();
    this.changes.notify();
  }

  closed(): void {
    this.gone = true;
    this.waiter?.settle('closed');
    this.receiver?.end('closed');
    this.raw.clear();
    this.changes.notify();
  }

  /** Goes through what has come, as far as it is known what it is. */
  private pump(): void {
    for (;;) {
      if (this.held !== 'no' && !this.waiter && !this.receiver) return;
      if (this.dropLineFeed && this.raw.length > 0) {
        this.dropLineFeed = false;
        if (this.raw.view()[0] === LF) this.raw.shift();
      }
      if (this.receiver) {
        this.receiver.take(this.raw);
        return;
      }
      const octet = this.raw.shift();
      if (octet === undefined) return;
      const line = this.reader.take(octet);
      if (line) this.handle(line);
    }
  }

  private handle(line: { text: string; afterLineFeed: boolean }): void {
    const sorted = this.sorter.sort(line, this.waiter !== undefined);
    if (sorted.kind === 'echo') return;
    this.tell('received', line.text);
    if (sorted.kind === 'unsolicited') {
      for (const event of sorted.events) for (const listener of this.unsolicited) listener(event);
      return;
    }
    if (sorted.kind === 'result') {
      // V0 ends its results with CR alone: a LF behind it would be the first octet of data.
      if (sorted.result === 'CONNECT') this.dropLineFeed = !sorted.numeric;
      if (this.waiter) {
        this.waiter.settle(sorted.result);
        return;
      }
      this.unclaimed = [...this.unclaimed, { result: sorted.result, lines: [] }].slice(-4);
    } else if (this.waiter) {
      if (this.waiter.lines.length < ANSWER_LINES) this.waiter.lines.push(line.text);
      this.waiter.onLine?.(line.text);
      return;
    }
    for (const listener of this.unsolicited) listener({ type: 'line', text: line.text });
  }

  private receiveNow(onOctets: (octets: Uint8Array) => void, options: ReceiveOptions): Promise<ReceiveEnd> {
    return new Promise((resolve) => {
      this.receiver = new DataReceiver(onOctets, options, (how, result) => {
        this.receiver = undefined;
        if (result) this.raw.unshift(result);
        this.held = how === 'ended' || result ? 'results' : 'data';
        resolve(how);
      });
      this.pump();
    });
  }

  private wait(options: CommandOptions): Waiter {
    const { promise, resolve } = Promise.withResolvers<AtAnswer>();
    const onAbort = (): void => waiter.settle('aborted');
    const timer = setTimeout(() => waiter.settle(this.resultWithoutEnd() ?? 'timeout'), options.timeoutMs);
    const waiter: Waiter = {
      lines: [],
      onLine: options.onLine,
      answer: promise,
      settle: (result) => {
        if (this.waiter !== waiter) return;
        this.waiter = undefined;
        clearTimeout(timer);
        options.signal?.removeEventListener('abort', onAbort);
        this.held = result === 'CONNECT' ? 'data' : result === '+FRH:3' ? 'results' : 'no';
        this.lastAnswerAtMs = performance.now();
        resolve({ result, lines: waiter.lines });
      },
    };
    this.waiter = waiter;
    // Whoever waits for a result has handed over all data: an XOFF that still held says nothing about the next ones,
    // and its XON may come while nobody looks for it.
    this.stopped = false;
    options.signal?.addEventListener('abort', onAbort);
    if (this.gone) waiter.settle('closed');
    return waiter;
  }

  /** The next answer, of what has come already too. */
  private await(options: CommandOptions): Promise<AtAnswer> {
    const waiter = this.wait(options);
    this.pump();
    return waiter.answer;
  }

  /** The line end of a result can be lost like any octet. */
  private resultWithoutEnd(): ResultCode | undefined {
    const line = this.reader.finish();
    const result = line && verboseResult(line.text);
    if (line && result === undefined) this.waiter?.lines.push(line.text);
    return result;
  }

  /** What came behind the last answer is no part of the next one. */
  private forgetLeftOver(): void {
    if (this.held === 'data') {
      this.raw.clear();
      this.reader.reset();
    }
    this.held = 'no';
    this.pump();
    this.reader.reset();
    this.dropLineFeed = false;
    this.unclaimed = [];
  }

  /** XON and XOFF among what came while data are being sent, where they can be nothing else. */
  private takeFlowControl(): void {
    const last = this.raw.view().findLast((octet) => octet === XON || octet === XOFF);
    if (last === undefined) return;
    this.stopped = last === XOFF;
    while (this.raw.remove(XON) || this.raw.remove(XOFF));
  }

  /** Whether a result is among what is held. */
  private hasResult(): boolean {
    const reader = new LineReader();
    return this.raw.view().some((octet) => {
      const line = reader.take(octet);
      return line !== undefined && verboseResult(line.text) !== undefined;
    });
  }

  /** Also over when the port has gone or a result came. */
  private untilSending(isSo: () => boolean, limitMs: number, signal: AbortSignal | undefined): Promise<void> {
    return this.changes.until(() => isSo() || this.gone || this.hasResult(), limitMs, signal);
  }

  /** One thing after the other; `aborted` when a `reset` came before its turn. */
  private inTurn<T>(aborted: T, work: () => Promise<T>): Promise<T> {
    const { age } = this;
    const done = this.tail.then(() => (age === this.age ? work() : aborted));
    this.tail = done.catch(() => undefined);
    return done;
  }

  private async keepGap(): Promise<void> {
    const restMs = this.lastAnswerAtMs + this.gapMs - performance.now();
    if (restMs > 0) await pause(restMs);
  }

  private write(octets: Uint8Array): Promise<void> {
    return this.gone ? Promise.reject(new Error('The port is gone.')) : this.writer.write(octets);
  }

  private tell(direction: 'sent' | 'received', text: string): void {
    for (const listener of this.transcript) listener(direction, text);
  }
}
