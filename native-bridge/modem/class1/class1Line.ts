// Carries out what the T.30 machine wants of the line, one thing at a time: the newest replaces the one before.

import type { PageSink } from '../../../fax/t30/line/fastReceiver.ts';
import type { Effect, Input } from '../../../fax/t30/machine.ts';
import { FrameCheck } from './frameCheck.ts';
import { LineGoneError } from './lineModem.ts';
import type { LineModem, Standing } from './lineModem.ts';
import { Listener } from './listening.ts';
import type { ReceiveFast } from './listening.ts';
import { sendFast, sendFrames } from './sending.ts';
import type { Sent } from './sending.ts';

export type LineEffect = Extract<
  Effect,
  { type: 'sendFrames' | 'sendFast' | 'receiveFrames' | 'receiveFast' | 'senseLine' }
>;

/** How the connection came about: what the modem does at this moment. */
export type Connection =
  /** ATD's CONNECT: V.21 is there, the first frame is coming. */
  | 'frameComing'
  /** ATA's CONNECT: our flags are on. */
  | 'flagsOn'
  /** The line is ours, and the modem takes commands. */
  | 'quiet';

export interface Class1LineTools {
  modem: LineModem;
  give: (input: Input) => void;
  openPage: () => PageSink | null;
  /** Share of a fast carrier's data that has left, 0 … 1. */
  onProgress: (share: number) => void;
  /** The port has no flow control that works. */
  paced: boolean;
}

const STANDINGS = {
  frameComing: 'receiving',
  flagsOn: 'flags',
  quiet: 'command',
} as const satisfies Record<Connection, Standing>;

export class Class1Line {
  readonly #tools: Class1LineTools;
  readonly #frames: FrameCheck;
  #firstFrameComing: boolean;
  /** Of the task that runs, or is the next to run. */
  #task = new AbortController();
  /** While that listens. */
  #listener: Listener | null = null;
  #work: Promise<void> = Promise.resolve();
  #gone = false;

  constructor(tools: Class1LineTools, connection: Connection) {
    this.#tools = tools;
    this.#frames = new FrameCheck(tools.modem.quirks);
    this.#firstFrameComing = connection === 'frameComing';
    tools.modem.standing = STANDINGS[connection];
  }

  /** Takes the place of what was done before. Whatever comes of it is told by `give`. */
  begin(effect: LineEffect): void {
    switch (effect.type) {
      case 'sendFrames':
        this.#replace(async (signal) => {
          this.#tell(await sendFrames(this.#tools.modem, effect, signal), signal);
        });
        return;
      case 'sendFast':
        this.#replace(async (signal) => {
          const { modem, paced, onProgress } = this.#tools;
          this.#tell(await sendFast(modem, effect, { signal, paced, onProgress }), signal);
        });
        return;
      case 'senseLine':
        this.#replace(async (signal) => {
          const silent = await this.#tools.modem.isSilent(effect.silentMs, signal);
          if (!signal.aborted) this.#tools.give({ type: 'sensed', silent });
        });
        return;
      case 'receiveFrames':
      case 'receiveFast':
        this.#hear(effect.type === 'receiveFast' ? effect : null);
    }
  }

  /** Ends what is being done. Resolves when the modem takes commands again, or cannot be brought to. */
  async stop(): Promise<void> {
    this.#replace(async () => {
      await this.#tools.modem.settle();
    });
    await this.#work;
  }

  #replace(work: (signal: AbortSignal) => Promise<void>): void {
    this.#task.abort();
    this.#listener?.end();
    this.#listener = null;
    const task = new AbortController();
    this.#task = task;
    this.#work = this.#work.then(async () => {
      if (task.signal.aborted || this.#gone) return;
      try {
        await work(task.signal);
      } catch (error) {
        this.#lost(error);
      }
    });
  }

  #hear(fast: ReceiveFast | null): void {
    if (this.#listener !== null) {
      this.#listener.retarget(fast);
      return;
    }
    const listener = new Listener({ ...this.#tools, frames: this.#frames }, fast);
    const connected = this.#firstFrameComing;
    this.#firstFrameComing = false;
    this.#replace(async () => {
      await listener.listen(connected);
    });
    this.#listener = listener;
  }

  #tell(sent: Sent, signal: AbortSignal): void {
    if (signal.aborted || sent.result === 'cut') return;
    this.#tools.give(sent.result === 'sent' ? { type: 'sent' } : { type: 'sendFailed', detail: sent.detail });
  }

  /** Once. A mistake of ours ends the call like a lost line, but says what it is. */
  #lost(error: unknown): void {
    this.#gone = true;
    const detail =
      error instanceof LineGoneError ? error.message : `a fault of the program: ${String(error)}`;
    this.#tools.give({ type: 'lineLost', detail });
  }
}
