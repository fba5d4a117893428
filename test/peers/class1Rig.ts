// Our Class 1 driver on a modem of the exchange, without the modem host around it.

import { readFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { decodeFaxTiffPage, readFaxTiff } from '../../fax/t4/tiffReader.ts';
import { createAtDialogue } from '../../native-bridge/modem/at/atDialogue.ts';
import type { ModemDialogue } from '../../native-bridge/modem/at/atDialogue.ts';
import { createClass1Driver } from '../../native-bridge/modem/class1/class1Driver.ts';
import { rasterPageHost } from '../../native-bridge/modem/class1/rasterPages.testSupport.ts';
import type { RasterPage, RasterPageHost } from '../../native-bridge/modem/class1/rasterPages.testSupport.ts';
import type { AnswerRequest, DialRequest, ModemFacts } from '../../native-bridge/modem/faxDriver.types.ts';
import type { Quirks } from '../../native-bridge/modem/profiles/profile.types.ts';
import { openSerial } from '../../native-bridge/modem/serial/serialConnection.ts';
import type { CallDocument, CallProgress, CallReport } from '../../protocol/modem.ts';
import type { Stage } from '../harness/stage.ts';

export interface Rig {
  readonly dialogue: ModemDialogue;
  /** What went over the port. */
  readonly transcript: string[];
  dial(number: string, options?: DialOptions): RunningCall;
  /** Answers the call that rings, or the next one. */
  answer(options?: AnswerOptions): RunningCall;
}

export interface RunningCall {
  readonly report: Promise<CallReport>;
  readonly host: RasterPageHost;
  readonly journal: readonly string[];
  readonly progress: readonly Partial<CallProgress>[];
  readonly confirmed: readonly number[];
  hangUp(): void;
}

export interface CallOptions {
  pages?: readonly RasterPage[];
  /** Of the pages; fine. */
  yDpi?: number;
  before?: (doing: 'prepare' | 'store', page: number) => Promise<void>;
  localId?: string;
}

export interface DialOptions extends CallOptions {
  hints?: Partial<DialRequest['hints']>;
  poll?: DialRequest['poll'];
  guard?: DialRequest['guard'];
  document?: Pick<CallDocument, 'subaddress' | 'password'>;
  answerWithinMs?: number;
}

export interface AnswerOptions extends CallOptions {
  hints?: Partial<AnswerRequest['hints']>;
  receives?: boolean;
  pollAddress?: string;
  pollPassword?: string;
  receivePassword?: string;
}

export interface RigOptions {
  quirks?: Quirks;
  adaptiveReception?: boolean;
}

const NO_HINTS = { avoidModulations: [], avoidCodings: [], avoidEcm: false };

/** Opens the port and makes the modem ready for fax. The stage closes it. */
export async function openRig(path: string, stage: Stage, options: RigOptions = {}): Promise<Rig> {
  const dialogueBox: { dialogue?: ModemDialogue } = {};
  const connection = await openSerial(
    { path, baudRate: 115_200, flowControl: 'none' },
    {
      data: (octets) => dialogueBox.dialogue?.receive(octets),
      closed: () => dialogueBox.dialogue?.closed(),
    },
  );
  stage.onClose(() => connection.close());
  const dialogue = createAtDialogue(connection);
  dialogueBox.dialogue = dialogue;
  const transcript: string[] = [];
  const beganMs = performance.now();
  dialogue.onTranscript((direction, text) => {
    const atMs = Math.round(performance.now() - beganMs);
    transcript.push(`${atMs} ${direction === 'sent' ? '>' : '<'} ${text}`);
  });
  const ask = async (command: string): Promise<readonly string[]> => {
    const { result, lines } = await dialogue.command(command, { timeoutMs: 5000 });
    if (result !== 'OK') throw new Error(`${command}: ${result}`);
    return lines;
  };
  await ask('ATE0V1Q0');
  await ask('AT+FCLASS=1');
  const codes = async (command: string): Promise<number[]> =>
    [...(await ask(command)).join(',').matchAll(/\d+/gu)].map(([digits]) => Number(digits));
  const facts: ModemFacts = {
    profile: {
      name: 'spandsp',
      match: {},
      classes: ['1'],
      baudRate: 115_200,
      flowControl: 'hardware',
      init: [],
      afterClass: [],
      quirks: options.quirks ?? {},
    },
    faxClass: '1',
    transmitCodes: await codes('AT+FTM=?'),
    receiveCodes: await codes('AT+FRM=?'),
    class2Capabilities: [],
    adaptiveReception: options.adaptiveReception ?? false,
  };

  function start(
    request: DialRequest | AnswerRequest,
    { pages = [], before, localId }: CallOptions,
  ): RunningCall {
    const host = rasterPageHost(pages, before);
    const journal: string[] = [];
    const progress: Partial<CallProgress>[] = [];
    const confirmed: number[] = [];
    const person = new AbortController();
    const driver = createClass1Driver({
      dialogue,
      connection,
      facts,
      localId: localId ?? '+81 75 100',
      toneDialling: true,
      blindDial: false,
      pages: host,
      events: {
        progress: (change) => progress.push(change),
        journal: (text) => journal.push(text),
        pagesConfirmed: (count) => confirmed.push(count),
      },
      nowMs: () => performance.now(),
    });
    return {
      report: driver.run(request, person.signal),
      host,
      journal,
      progress,
      confirmed,
      hangUp: () => person.abort(),
    };
  }

  return {
    dialogue,
    transcript,
    dial: (number, dialOptions = {}) =>
      start(
        {
          type: 'dial',
          callId: 'call',
          number,
          documents: documentsOf(dialOptions, dialOptions.document),
          ...(dialOptions.poll === undefined ? {} : { poll: dialOptions.poll }),
          ...(dialOptions.guard === undefined ? {} : { guard: dialOptions.guard }),
          hints: { ...NO_HINTS, ...dialOptions.hints },
          answerWithinMs: dialOptions.answerWithinMs ?? 60_000,
        },
        dialOptions,
      ),
    answer: (answerOptions = {}) => {
      const { pollAddress, pollPassword, receivePassword } = answerOptions;
      return start(
        {
          type: 'answer',
          callId: 'call',
          receives: answerOptions.receives ?? true,
          documents: documentsOf(answerOptions),
          ...(pollAddress === undefined ? {} : { pollAddress }),
          ...(pollPassword === undefined ? {} : { pollPassword }),
          ...(receivePassword === undefined ? {} : { receivePassword }),
          hints: { ...NO_HINTS, ...answerOptions.hints },
          copyQuality: { minGoodPercent: 95, maxBadRun: 5 },
        },
        answerOptions,
      );
    },
  };
}

function documentsOf(
  { pages = [], yDpi = 196 }: CallOptions,
  document: Pick<CallDocument, 'subaddress' | 'password'> = {},
): CallDocument[] {
  if (pages.length === 0) return [];
  return [{ ...document, pages: pages.map(({ width, height }) => ({ width, height, xDpi: 204, yDpi })) }];
}

/** The pages of a fax TIFF as rasters. */
export async function rastersOf(file: string): Promise<RasterPage[]> {
  return readFaxTiff(await readFile(file)).map((page) => {
    const { width, height, raster } = decodeFaxTiffPage(page);
    return { width, height, raster };
  });
}

/** As `tiffPixels` names a page. */
export function hashOf({ width, height, raster }: RasterPage): {
  width: number;
  height: number;
  sha256: string;
} {
  return { width, height, sha256: createHash('sha256').update(raster).digest('hex') };
}
