// The fax side of a Class 2, 2.0 or 2.1 modem: the modem does T.30, the host says what it wants and brings or takes pages.

import { reverseOctets } from '../../../fax/t30/frames/bitOrder.ts';
import { buildCapabilities } from '../../../fax/t30/frames/capabilities.ts';
import type { SessionParameters } from '../../../fax/t30/parameters.ts';
import { isCopyQualityAcceptable } from '../../../fax/t4/copyQuality.ts';
import type { LineEvent } from '../line/phoneLine.ts';
import { FAST_CODES, fastCarrier } from '../line/fastCodes.ts';
import { DleUnstuffer } from '../modem/dleStuffing.ts';
import { HostFlow } from '../modem/hostFlow.ts';
import type { ExtendedCommand, FaxSide, ModemCall, ModemCore, Verdict } from '../modem/modemCore.ts';
import { answerCall, placeCall } from './callScripts.ts';
import type { Class2Host, Closing, IncomingPage, PageStatus } from './class2Host.ts';
import { PageToHost } from './pageToHost.ts';
import { capabilitiesOf, parametersOfSession } from './class2Parameters.ts';
import type { Class2Parameters } from './class2Parameters.ts';
import { linesOf } from './class2Lines.ts';
import { Class2Settings } from './class2Settings.ts';
import { hangUpCode, settingsOf, wordsOf } from './class2Words.ts';
import type { Class2 } from './class2Words.ts';
import { Conversation } from './conversation.ts';
import { OutgoingPage } from './outgoingPage.ts';

const ETX = 0x03;
const CAN = 0x18;
const XON = 0x11;
/** 2.0: what follows the page, behind a DLE. */
const CLOSINGS: Readonly<Record<number, Closing>> = { 0x2c: 'MPS', 0x3b: 'EOM', 0x2e: 'EOP' };
/** +FET=n. */
const PAGE_ENDS: Readonly<Record<string, Closing>> = {
  '0': 'MPS',
  '1': 'EOM',
  '2': 'EOP',
  '3': 'MPS',
  '4': 'MPS',
  '5': 'EOM',
  '6': 'EOP',
};
const FROM_WORD: Readonly<Record<Closing, number>> = { MPS: 0, EOM: 1, EOP: 2 };

export class Class2Side implements FaxSide {
  readonly #core: ModemCore;
  readonly #settings: Class2Settings;
  /** Of the DCS that is in force. */
  #inForce: Class2Parameters | null = null;
  #talk: Conversation | null = null;
  #asks: 'nothing' | 'send' | 'receive' = 'nothing';
  #aborted = false;
  #override: PageStatus | null = null;
  #lastStatus: PageStatus = 1;
  #lastCode = 0;
  #outgoing: OutgoingPage | null = null;
  #toHost: PageToHost | null = null;
  /** A command waits for its result. */
  #pending: 'nothing' | 'call' | 'FDT' | 'FET' | 'FDR' = 'nothing';
  #wasOkInsteadOfConnect = false;

  constructor(core: ModemCore) {
    this.#core = core;
    this.#settings = new Class2Settings(core);
  }

  get #class(): Class2 {
    return this.#settings.faxClass;
  }

  execute(command: ExtendedCommand): Verdict {
    const names = settingsOf(this.#class);
    switch (command.name) {
      case '+FDT':
        return this.#data('send');
      case '+FDR':
        return this.#data('receive');
      case '+FET':
        return this.#class === '2' ? this.#pageEnd(command) : 'error';
      case '+FIP':
        this.#settings.reset();
        return 'ok';
      case names.capabilities:
        return this.#settings.parameters(command, 'own');
      case names.session:
        return this.#settings.parameters(command, 'session');
      case names.result:
        this.#core.link.info(this.#settings.format(this.#inForce ?? this.#settings.own));
        return 'ok';
      case names.pageStatus:
        return this.#pageStatus(command);
      case names.hangUpCode:
        this.#core.link.info(hangUpCode(this.#lastCode, this.#class));
        return 'ok';
      case names.buffer:
        this.#core.link.info('2048,1024,512,0');
        return 'ok';
      case names.abort:
        this.#abort();
        return 'ok';
      default:
        return this.#settings.execute(command);
    }
  }

  connected(call: ModemCall): void {
    const talk = new Conversation(this.#core.clock, call);
    this.#talk = talk;
    this.#asks = 'nothing';
    this.#aborted = false;
    this.#override = null;
    this.#inForce = null;
    this.#pending = 'call';
    const over = (code: number): void => this.#over(talk, code);
    const host = this.#host();
    talk.run(
      call.role === 'caller' ? placeCall(talk, host, over) : answerCall(talk, host, call.transmitter, over),
    );
  }

  lineEvent(event: LineEvent): void {
    this.#talk?.signals.lineEvent(event);
  }

  interrupted(): boolean {
    if (this.#talk === null || this.#pending !== 'call') return false;
    this.#core.hangUp();
    this.#core.finish('NO CARRIER');
    return true;
  }

  reset(): void {
    this.#talk?.stop();
    this.#talk = null;
    this.#asks = 'nothing';
    this.#outgoing = null;
    this.#toHost = null;
    this.#pending = 'nothing';
    this.#settings.forgetSession();
  }

  #data(direction: 'send' | 'receive'): Verdict {
    const talk = this.#talk;
    if (talk === null || this.#asks !== 'nothing') return 'error';
    if (
      direction === 'send' &&
      this.#core.personality.quirks.okForFirstConnect &&
      !this.#wasOkInsteadOfConnect
    ) {
      this.#wasOkInsteadOfConnect = true;
      return 'ok';
    }
    this.#asks = direction;
    this.#pending = direction === 'send' ? 'FDT' : 'FDR';
    this.#wake(talk);
    return 'pending';
  }

  #pageEnd(command: ExtendedCommand): Verdict {
    const outgoing = this.#outgoing;
    const closing = PAGE_ENDS[command.value.split(',')[0] ?? ''];
    const talk = this.#talk;
    if (command.action !== 'set' || closing === undefined || outgoing === null || talk === null)
      return 'error';
    outgoing.closing = closing;
    this.#pending = 'FET';
    this.#wake(talk);
    return 'pending';
  }

  /** Behind the command that is being executed. */
  #wake(talk: Conversation): void {
    this.#core.clock.after(0, () => talk.give({ type: 'host' }));
  }

  #pageStatus(command: ExtendedCommand): Verdict {
    if (command.action === 'read') {
      this.#core.link.info(String(this.#swapped(this.#lastStatus)));
      return 'ok';
    }
    const status = ([1, 2, 3, 4, 5] as const).find((one) => String(one) === command.value.split(',')[0]);
    if (command.action !== 'set' || status === undefined) return 'error';
    this.#override = this.#swapped(status);
    return 'ok';
  }

  #swapped(status: PageStatus): PageStatus {
    if (!this.#core.personality.quirks.pinPipSwapped) return status;
    return status === 4 ? 5 : status === 5 ? 4 : status;
  }

  #abort(): void {
    this.#aborted = true;
    this.#outgoing?.cancel();
    this.#talk?.give({ type: 'host' });
  }

  /** The call has ended by itself. */
  #over(talk: Conversation, code: number): void {
    if (this.#talk !== talk) return;
    this.#lastCode = code;
    const wasPending = this.#pending;
    this.#toHost?.breakOff();
    this.#core.goCommand();
    this.#core.hangUp();
    this.#tell(`${wordsOf(this.#class).hangUp}${hangUpCode(code, this.#class)}`);
    if (wasPending === 'nothing') return;
    const failed = wasPending === 'call' && this.#class !== '2' ? 'NO CARRIER' : 'OK';
    this.#core.finish(code === 0 ? 'OK' : failed);
  }

  #tell(line: string): void {
    const bare = this.#core.personality.quirks.missingPlus.find((prefix) => line.startsWith(prefix));
    this.#core.link.info(bare === undefined ? line : line.slice(1));
  }

  #host(): Class2Host {
    const { personality } = this.#core;
    const settings = this.#settings;
    const names = settingsOf(this.#class);
    const rates = FAST_CODES.filter((code) => personality.transmitCodes.includes(code))
      .map((code) => fastCarrier(code)?.rate)
      .filter((rate) => rate !== undefined)
      .sort((one, other) => other.rateBps - one.rateBps || other.modulation.localeCompare(one.modulation));
    const value = (name: string): string => settings.value(name);
    const dynamic = {
      wanted: () => this.#settings.wanted,
      asks: (what: 'send' | 'receive') => this.#asks === what,
      aborted: () => this.#aborted,
      override: () => this.#override,
    };
    return {
      words: wordsOf(this.#class),
      localId: settings.identity(names.localId),
      pollId: settings.identity(names.pollId) || settings.identity(names.localId),
      get wanted() {
        return dynamic.wanted();
      },
      get asksToSend() {
        return dynamic.asks('send');
      },
      get asksToReceive() {
        return dynamic.asks('receive');
      },
      get aborted() {
        return dynamic.aborted();
      },
      get statusOverride() {
        return dynamic.override();
      },
      identify: (purpose) =>
        buildCapabilities(
          capabilitiesOf(settings.own, {
            canReceive: purpose === 'poll' || value(names.canReceive) === '1',
            hasDocumentToPoll: purpose === 'answer' && value(names.pollLocal) === '1',
            addresses: this.#class === '2.1',
          }),
        ),
      sendRates: rates.map(({ modulation, rateBps }) => ({ modulation, rateBps })),
      canEcm: personality.ecm,
      hasDocumentToPoll: value(names.pollLocal) === '1',
      wantsToPoll: value(names.pollRemote) === '1',
      // A host may set them as late as before +FDT.
      get subaddress() {
        return settings.text21('+FSA');
      },
      get pollAddress() {
        return settings.text21('+FPA');
      },
      get password() {
        return settings.text21('+FPW');
      },
      patienceMs:
        this.#class === '2'
          ? Number(value(names.dataTimeout)) * 100
          : Number.parseInt(value(names.dataTimeout), 16) * 1000,
      connected: () => this.#tell(wordsOf(this.#class).connected),
      tellFrames: (frames) => {
        const reports = value(names.reports);
        const { everyResolution: knowsAllResolutions } = personality;
        for (const line of linesOf(frames, settings, { reports, knowsAllResolutions })) this.#tell(line);
      },
      tellSession: (session) => this.#tellSession(session),
      tell: (line) => this.#tell(line),
      ready: () => {
        this.#pending = 'nothing';
        this.#core.finish('OK');
      },
      beginPage: () => this.#beginPage(),
      pageAnswered: (status, isLast) => this.#pageAnswered(status, isLast),
      openPage: (session) => this.#openPage(session),
      judges: (quality) =>
        value(names.copyQuality).startsWith('0') || isCopyQualityAcceptable(quality) ? 1 : 2,
    };
  }

  #tellSession(session: SessionParameters): void {
    this.#inForce = parametersOfSession(session, this.#class);
    const reports = this.#settings.value('+FNR').split(',');
    if (this.#class !== '2' && reports[1] !== '1') return;
    this.#tell(`${wordsOf(this.#class).dcs}${this.#settings.format(this.#inForce)}`);
  }

  #beginPage(): OutgoingPage {
    this.#asks = 'nothing';
    const page = new OutgoingPage(this.#core.personality.quirks.sendsNoRtc);
    this.#outgoing = page;
    const flow = new HostFlow(this.#core);
    page.onLevel = (octets) => {
      flow.level(page.ended ? 0 : octets);
      this.#core.turnChanged();
    };
    page.onChange = () => this.#talk?.give({ type: 'host' });
    const unstuffer = new DleUnstuffer();
    const isReversed = this.#settings.isReversed('send');
    this.#core.link.result('CONNECT');
    if (this.#class === '2' && this.#core.personality.quirks.xonBeforeData) {
      this.#core.link.raw(Uint8Array.of(XON));
    }
    this.#core.goOnline({
      get hostsTurn() {
        return !page.ended && page.isScarce();
      },
      take: (octet) => {
        if (page.ended) return;
        const unstuffed = unstuffer.take(octet);
        if (unstuffed === null) return;
        if ('octets' in unstuffed) {
          const octets = Uint8Array.from(unstuffed.octets);
          page.push([...(isReversed ? reverseOctets(octets) : octets)]);
        } else this.#endOutgoing(page, unstuffed.code);
      },
    });
    return page;
  }

  #endOutgoing(page: OutgoingPage, code: number): void {
    const closing = this.#class === '2' ? undefined : CLOSINGS[code];
    if (code === CAN) {
      this.#abort();
      return;
    }
    if (closing === undefined && code !== ETX) return;
    page.onLevel(0);
    if (this.#class === '2') {
      this.#pending = 'nothing';
      page.end(null);
      this.#core.finish('OK');
    } else page.end(closing ?? 'EOP');
  }

  #pageAnswered(status: PageStatus, isLast: boolean): void {
    this.#lastStatus = status;
    this.#outgoing = null;
    if (this.#class === '2') this.#tell(`${wordsOf('2').pageStatus}${this.#swapped(status)}`);
    if (isLast) return;
    this.#pending = 'nothing';
    this.#core.finish(this.#class !== '2' && status === 2 ? 'ERROR' : 'OK');
  }

  #openPage(_session: SessionParameters): IncomingPage {
    this.#asks = 'nothing';
    this.#override = null;
    const { personality, link } = this.#core;
    const words = wordsOf(this.#class);
    const toHost = new PageToHost({
      link,
      isReversed: this.#settings.isReversed('receive'),
      start: personality.quirks.receiveStart,
      abort: () => this.#abort(),
      turnChanged: () => this.#core.turnChanged(),
    });
    this.#toHost = toHost;
    link.result('CONNECT');
    this.#core.goOnline(toHost.handler);
    return {
      push: (octets) => toHost.push(octets),
      end: () => toHost.end(),
      close: (status, quality, closing) =>
        toHost.whenRead(() => {
          this.#toHost = null;
          this.#lastStatus = status;
          this.#core.goCommand();
          const count = (rows: number): string => rows.toString(personality.quirks.hexLineCounts ? 16 : 10);
          const { rows, badRows, longestBadRun } = quality;
          const counts = [rows, badRows, longestBadRun].map(count).join(',');
          this.#tell(`${words.pageStatus}${this.#swapped(status)},${counts}`);
          this.#tell(`${words.pageEnd}${FROM_WORD[closing]}`);
          this.#pending = 'nothing';
          this.#core.finish('OK');
        }),
    };
  }
}
