// One opening of a port: from the first AT to the closed port.

import { setTimeout as pause } from 'node:timers/promises';
import type { LineTestResult, ModemIdentity, ModemSetup } from '../../protocol/modem.ts';
import type { Unsolicited } from './at/atDialogue.types.ts';
import { releaseLine } from './callControl/releaseLine.ts';
import { listenForDialTone } from './dialTone.ts';
import { USUAL_BAUD_RATE } from './discovery/discoverModem.ts';
import type { ModemFacts } from './faxDriver.types.ts';
import type { KeptDialogue, LineParts } from './lineKeeper.types.ts';
import type { SerialConnection, SerialFault } from './serial/serialConnection.types.ts';
import { withinTime } from './serial/withinTime.ts';
import { Transcript } from './transcript.ts';

export interface SessionHooks {
  heard: (what: Unsolicited) => void;
  /** The port is gone. */
  lost: () => void;
}

/** Saying goodbye must not keep a process from ending. */
const FAREWELL_MS = 600;
const LAST_WORDS_MS = 300;
/** Ends data (twice: the first DLE may be the second one of data that were cut), and aborts what waits for the line. */
const BREAK_OFF = Uint8Array.from([0x10, 0x03, 0x10, 0x03, 0x18, 0x0d]);
const LAST_WORDS = Uint8Array.from([...BREAK_OFF, ...Buffer.from('ATH\r', 'latin1')]);
/** Closing drops what has not left the port. */
const LEAVING_MS = 50;

export class LineSession {
  readonly connection: SerialConnection;
  readonly dialogue: KeptDialogue;
  readonly setup: ModemSetup;
  readonly transcript = new Transcript();
  readonly lost: Promise<SerialFault>;
  fault: SerialFault | undefined;
  facts: ModemFacts | undefined;
  identity: ModemIdentity | undefined;
  readonly #parts: LineParts;
  readonly #lose: (fault: SerialFault) => void;
  /** With it the line is released when the other one has been taken from its user. */
  #lastDialogue: KeptDialogue | undefined;
  #cutting: Promise<void> | undefined;

  /** Rejects with SerialClosedError. */
  static async open(parts: LineParts, setup: ModemSetup, hooks: SessionHooks): Promise<LineSession> {
    let session: LineSession | undefined;
    let early: SerialFault | undefined;
    const baudRate = setup.baudRate ?? USUAL_BAUD_RATE;
    const flowControl = setup.flowControl === 'auto' ? 'none' : setup.flowControl;
    const connection = await parts.openSerial(
      { path: setup.path, baudRate, flowControl },
      {
        data(octets) {
          if (session !== undefined) (session.#lastDialogue ?? session.dialogue).receive(octets);
        },
        closed(fault) {
          early = fault;
          if (session === undefined) return;
          session.#lose(fault);
          session.#lastDialogue?.closed();
        },
      },
    );
    session = new LineSession(parts, setup, connection, hooks);
    if (early !== undefined) session.#lose(early);
    return session;
  }

  private constructor(
    parts: LineParts,
    setup: ModemSetup,
    connection: SerialConnection,
    hooks: SessionHooks,
  ) {
    const lost = Promise.withResolvers<SerialFault>();
    this.#parts = parts;
    this.setup = setup;
    this.connection = connection;
    this.dialogue = parts.createDialogue(connection);
    this.lost = lost.promise;
    this.#lose = (fault) => {
      if (this.fault !== undefined) return;
      this.fault = fault;
      this.dialogue.closed();
      lost.resolve(fault);
      hooks.lost();
    };
    this.dialogue.onUnsolicited(hooks.heard);
  }

  /**
   * Hangs up what a crash may have left behind, and asks the modem who it is. Undefined when it can fax as asked for; else
   * what is wrong.
   */
  async discover(): Promise<{ problem: 'silent' | 'unfit'; detail: string } | undefined> {
    const stopListening = this.transcript.listen(this.dialogue);
    const found = await this.#parts.discover(this.dialogue, this.connection, this.setup);
    stopListening();
    if ('problem' in found) return found;
    this.facts = found.facts;
    this.identity = found.identity;
    this.dialogue.setCommandGap(found.facts.profile.quirks.commandGapMs ?? 0);
    return undefined;
  }

  /** Ready again after a call, a test, or a silence. False when the modem is of no use any more. */
  async recover(): Promise<boolean> {
    await releaseLine(this.dialogue, this.connection);
    if (this.fault !== undefined) return false;
    if (await this.#initialise()) return true;
    this.transcript.forget();
    return this.fault === undefined && (await this.discover()) === undefined;
  }

  /** Asks everything anew, and listens for a dial tone. The modem has to recover afterwards. */
  async test(): Promise<LineTestResult> {
    this.transcript.forget();
    const trouble = await this.discover();
    const stopListening = this.transcript.listen(this.dialogue);
    const dialTone =
      trouble?.problem === 'silent'
        ? 'unknown'
        : await listenForDialTone(this.dialogue, () => performance.now());
    stopListening();
    const detail = trouble?.detail ?? this.fault?.detail;
    return {
      answers: trouble?.problem !== 'silent' && this.fault === undefined,
      ...(trouble === undefined && this.identity !== undefined ? { modem: this.identity } : {}),
      dialTone,
      dialogue: this.transcript.lines,
      ...(detail === undefined ? {} : { detail: detail.slice(0, 200) }),
    };
  }

  /** Hangs up a modem that takes commands, and closes the port. Never rejects, and never takes long. */
  async close(): Promise<void> {
    if (this.fault === undefined) {
      const goodbye = this.dialogue.command('ATH', { timeoutMs: FAREWELL_MS }).catch(() => undefined);
      await Promise.race([goodbye, pause(FAREWELL_MS)]);
    }
    await this.cut(0);
  }

  /**
   * Takes the port away from whoever uses it: cuts the carrier, hangs up, and waits until the modem says so, for
   * `releaseMs` at most; then a last word to the modem that it hang up, and the port is closed. Never rejects.
   */
  cut(releaseMs: number): Promise<void> {
    this.#cutting ??= this.#cut(releaseMs);
    return this.#cutting;
  }

  async #cut(releaseMs: number): Promise<void> {
    if (this.fault === undefined) {
      const last = this.#parts.createDialogue(this.connection);
      this.#lastDialogue = last;
      this.#lose({ kind: 'broken', detail: 'the port was closed' });
      const isReleased = releaseMs > 0 && (await withinTime(this.#release(last), releaseMs));
      last.closed();
      if (isReleased !== true) await Promise.race([this.#lastWords(), pause(LAST_WORDS_MS)]);
    }
    await this.connection.close();
  }

  /** A modem that transmits takes everything for data up to their end, and takes no command before they have left. */
  async #release(dialogue: KeptDialogue): Promise<boolean> {
    await this.connection.discard();
    if ((await dialogue.sendRaw(BREAK_OFF)) === 'closed') return false;
    return await releaseLine(dialogue, this.connection);
  }

  async #initialise(): Promise<boolean> {
    const { dialogue, connection, setup, facts } = this;
    return facts !== undefined && (await this.#parts.initialise(dialogue, connection, setup, facts));
  }

  async #lastWords(): Promise<void> {
    try {
      // Page data that wait for flow control would keep everything behind them waiting, too.
      await this.connection.discard();
      await this.connection.write(LAST_WORDS);
      await pause(LEAVING_MS);
      await this.connection.setDtr(false);
    } catch {
      // The port is gone: nothing more can be said.
    }
  }
}
