// The beginning of a call: T1, DIS of every kind, capabilities, passwords and subaddresses, ends before a page.

import { answering, callingWith, upToOurPage, upToPage } from '../callParts.ts';
import type { Scenario, TesterStep } from '../scenario.ts';
import { testPage } from '../testPages.ts';
import {
  RATES_IN_FALL_BACK,
  V17_12000,
  V17_9600,
  V27_2400,
  V27_4800,
  V29_7200,
  V29_9600,
  badFcs,
  calling,
  coded,
  dcs,
  dis,
  end,
  frame,
  hear,
  hearPage,
  hearTcf,
  identity,
  pause,
  quiet,
  raw,
  say,
  sayAfter,
  sayFast,
  sayTcf,
} from '../testerWords.ts';

const plain = { ecm: false, codings: ['MH'] } as const;
const dcsHeard = hear(['TSI', 'DCS']);
const hangUp: TesterStep[] = [say(frame('DCN')), end('DCN_AFTER_TRAINING')];
const rest: TesterStep[] = [
  say(frame('CFR')),
  hearPage(),
  hear(['EOP']),
  say(frame('MCF')),
  hear(['DCN']),
  end('OK', { sent: 1 }),
];
const identified = hear(['CSI', 'DIS'], [0, 500]);
const modulations = (...names: readonly string[]) =>
  RATES_IN_FALL_BACK.filter(({ modulation }) => names.includes(modulation));

export const identifying: readonly Scenario[] = [
  callingWith('A caller waits 34 s for a DIS', [sayAfter(34_000, dis(plain)), dcsHeard, hearTcf(), rest]),
  callingWith('A caller that has heard nothing when T1 is over hangs up', [
    quiet(34_500),
    hear(['DCN'], [0, 5600]),
    end('T1_TIMEOUT_CALLING'),
  ]),
  callingWith('V.21 without a DIS does not keep a caller beyond T1', [
    ...Array.from({ length: 14 }, () => sayAfter(1500, badFcs(dis(plain)))),
    pause(12_000),
    end('T1_TIMEOUT_CALLING', {}, [-20_000, 0]),
  ]),
  callingWith('A caller passes over a DIS with a bad FCS and takes the next', [
    say(badFcs(dis(plain))),
    sayAfter(3000, dis(plain)),
    dcsHeard,
    hearTcf(),
    rest,
  ]),
  callingWith('A caller passes over NSF and CSI before DIS', [
    say(frame('NSF', { fif: Uint8Array.of(0xad, 0, 1, 2, 3, 4) }), identity('CSI', 'KYOTO'), dis(plain)),
    dcsHeard,
    hearTcf(),
    rest,
  ]),
  callingWith('A caller never enters the mode of a maker, and waits for the DIS after an NSF alone', [
    say(frame('NSF', { fif: Uint8Array.of(0xad, 0, 1, 2, 3, 4) })),
    sayAfter(3000, dis(plain)),
    dcsHeard,
    hearTcf(),
    rest,
  ]),
  callingWith('A DIS of three octets is one without ECM, MR and fine', [
    say(raw(0xff, 0x13, 0x80, 0x00, 0x0a, 0x70)),
    dcsHeard,
    hearTcf(V27_4800),
    hangUp,
  ]),
  callingWith('A DIS of one octet is no machine that receives', [
    say(raw(0xff, 0x13, 0x80, 0x00)),
    hear(['DCN']),
    end('CANNOT_RECEIVE'),
  ]),
  callingWith('A DIS with unknown octets at its end is understood', [
    say(longDis()),
    dcsHeard,
    hearTcf(),
    rest,
  ]),
  callingWith('A caller does not send to a machine that cannot receive', [
    say(dis({ canReceive: false })),
    hear(['DCN']),
    end('CANNOT_RECEIVE'),
  ]),
  callingWith(
    'Two machines without a common carrier part',
    [say(dis({ ...plain, rates: modulations('V.29') })), hear(['DCN']), end('INCOMPATIBLE')],
    { plan: { limits: { sendRates: modulations('V.17') } } },
  ),
  ...(
    [
      ['V.29 and V.27ter', modulations('V.29', 'V.27ter'), V29_9600],
      ['V.29', modulations('V.29'), V29_9600],
      ['V.27ter', modulations('V.27ter'), V27_4800],
      ['V.27ter at 2400 bit/s', [V27_2400], V27_2400],
    ] as const
  ).map(([name, rates, rate]) =>
    callingWith(`A machine that knows only ${name} is trained at ${rate.rateBps} bit/s`, [
      say(dis({ ...plain, rates })),
      dcsHeard,
      hearTcf(rate),
      hangUp,
    ]),
  ),
  ...([12_000, 9600, 7200, 4800, 2400] as const).map((maxRateBps) =>
    callingWith(
      `A line profile of at most ${maxRateBps} bit/s is kept to`,
      [
        say(dis(plain)),
        dcsHeard,
        hearTcf(RATES_IN_FALL_BACK.find(({ rateBps }) => rateBps === maxRateBps)),
        hangUp,
      ],
      { plan: { profile: { maxRateBps } } },
    ),
  ),
  callingWith(
    'A line profile without V.17 begins with V.29',
    [say(dis(plain)), dcsHeard, hearTcf(V29_9600), say(frame('FTT')), dcsHeard, hearTcf(V29_7200), hangUp],
    { plan: { profile: { avoidModulations: ['V.17'] } } },
  ),
  callingWith('DCN instead of DIS ends the call', [say(frame('DCN')), end('DCN_IN_IDENTIFICATION')]),
  callingWith('A caller passes over the answers of a call that it is not in', [
    say(frame('MCF')),
    sayAfter(2000, frame('CFR')),
    sayAfter(2000, dis(plain)),
    dcsHeard,
    hearTcf(),
    rest,
  ]),
  callingWith('A line lost before DIS ends the call', [{ type: 'lineLost' }, end('LINE_LOST')]),
  callingWith('An abort before DIS ends with DCN', [
    { type: 'abort' },
    hear(['DCN'], [50, 500]),
    end('ABORTED'),
  ]),
  callingWith(
    'SUB and SID go to a machine that takes them',
    [say(dis(plain)), hear(['SID', 'SUB', 'TSI', 'DCS']), hearTcf(), rest],
    { plan: { documents: [[testPage(0)]], document: { subaddress: '12', password: '34' } } },
  ),
  callingWith(
    'SUB and SID do not go to a machine that does not take them',
    [say(dis({ ...plain, subaddress: false, password: false })), dcsHeard, hearTcf(), rest],
    { plan: { documents: [[testPage(0)]], document: { subaddress: '12', password: '34' } } },
  ),
  callingWith('Minimum scan line time makes a page longer', [
    upToOurPage({ ...plain, minScanTime: { standardMs: 40, fineMs: 40, superfineMs: 40 } }),
    // 24 rows of 40 ms.
    hearPage(),
    hear(['EOP'], [50, 500]),
    say(frame('MCF')),
    hear(['DCN']),
    end('OK', { sent: 1 }),
  ]),
  answering(
    'An answerer takes a document for the password that it asks for',
    [
      identified,
      say(identity('SID', '34', true), identity('TSI', '1', true), dcs({ senderIdSent: true })),
      sayTcf(),
      hear(['CFR']),
      sayFast('page', coded(testPage(0))),
      say(calling('EOP')),
      hear(['MCF']),
      say(calling('DCN')),
      end('OK', { received: 1 }),
    ],
    { plan: { answer: { receivePassword: '34' } } },
  ),
  answering(
    'An answerer refuses a document without the password that it asks for',
    [identified, say(identity('TSI', '1', true), dcs()), sayTcf(), hear(['DCN']), end('PASSWORD_REFUSED')],
    { plan: { answer: { receivePassword: '34' } } },
  ),
  answering(
    'An answerer refuses a document with another password',
    [
      identified,
      say(identity('SID', '35', true), identity('TSI', '1', true), dcs({ senderIdSent: true })),
      sayTcf(),
      hear(['DCN']),
      end('PASSWORD_REFUSED'),
    ],
    { plan: { answer: { receivePassword: '34' } } },
  ),
  answering('An answerer says DIS again to a DCS that it cannot take', [
    identified,
    say(dcs({ rate: null })),
    pause(3000),
    sayAfter(0, dcs()),
    sayTcf(),
    hear(['CFR']),
    say(calling('DCN')),
    end('DCN_BEFORE_END'),
  ]),
  answering('An answerer passes over a DIS from a caller that answers, too', [
    identified,
    say(dis(plain)),
    pause(6000),
    say(dcs()),
    sayTcf(),
    hear(['CFR']),
    say(calling('DCN')),
    end('DCN_BEFORE_END'),
  ]),
  answering('An answerer waits for a DCS until T1 is over', [
    identified,
    pause(27_000),
    pause(1),
    // Between two DIS, or in the middle of one that is not heard then: the sender repeats its DCS.
    ...upToLateDcs(),
    say(calling('DCN')),
    end('DCN_BEFORE_END'),
  ]),
  ...[V17_12000, V17_9600].map((rate) =>
    answering(`An answerer trains again when the sender wants ${rate.rateBps} bit/s after CFR`, [
      upToPage(),
      say(dcs({ rate })),
      sayTcf(rate),
      hear(['CFR']),
      say(calling('DCN')),
      end('DCN_BEFORE_END'),
    ]),
  ),
];

function upToLateDcs(): TesterStep[] {
  return [hear(['CSI', 'DIS'], [0, 6000]), say(dcs()), sayTcf(), hear(['CFR'])];
}

/** Bit 24 and so on say that there are more octets, up to the twentieth. */
function longDis(): ReturnType<typeof dis> {
  const octets = dis(plain).octets;
  const fif = octets.slice(3);
  const last = fif.length - 1;
  fif[last] = (fif[last] ?? 0) | 0x80;
  const more = Array.from({ length: 19 - fif.length }, () => 0x80);
  return raw(...octets.slice(0, 3), ...fif, ...more, 0x00);
}
