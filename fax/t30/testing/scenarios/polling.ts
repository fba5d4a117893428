// Documents that are fetched: our caller polls a tester, and a tester polls our answerer.

import { answering, callingWith, upToOurPage } from '../callParts.ts';
import type { Scenario, TesterStep } from '../scenario.ts';
import { testPage } from '../testPages.ts';
import {
  AFTER_T4,
  V17_14400,
  calling,
  coded,
  dcs,
  dis,
  end,
  frame,
  frameCount,
  hear,
  hearBlock,
  hearPage,
  hearTcf,
  identity,
  numbers,
  pause,
  pps,
  say,
  sayAfter,
  sayBlock,
  sayFast,
  sayTcf,
} from '../testerWords.ts';

const page = testPage(0);
const data = coded(page);
const ecmData = { data: coded(page, 'MMR') };
const frames = frameCount(ecmData);
const polls = { documents: [], poll: { address: null, password: null } };
const serves = { documents: [[page]], answer: { receives: false } };
const served = { plan: serves, host: { pages: [page] } };
const offer = say(identity('CSI', '1'), dis({ hasDocumentToPoll: true }));
/** As the called station, X = 0. */
const theirDcs = (ecm: boolean) => dcs(ecm ? { coding: 'MMR', ecmFrameOctets: 256 } : {}, false);
const theirTsi = identity('TSI', '2');
const identified = hear(['CSI', 'DIS'], [0, 500]);
const dtc = (changes: Parameters<typeof dis>[0] = {}) => say(identity('CIG', '3', true), dis(changes, 'DTC'));
const plain = { ecm: false, codings: ['MH'] } as const;
const serve: TesterStep[] = [hear(['TSI', 'DCS']), hearTcf(), say(calling('CFR'))];

export const polling: readonly Scenario[] = [
  callingWith(
    'A caller fetches a page that DIS offers',
    [
      offer,
      hear(['CIG', 'DTC']),
      say(theirTsi, theirDcs(false)),
      sayTcf(),
      hear(['CFR']),
      sayFast('page', data),
      say(frame('EOP')),
      hear(['MCF']),
      say(frame('DCN')),
      end('OK', { received: 1 }),
    ],
    { pages: [], plan: polls },
  ),
  callingWith(
    'A caller fetches a page with error correction',
    [
      offer,
      hear(['CIG', 'DTC']),
      say(theirTsi, theirDcs(true)),
      sayTcf(),
      hear(['CFR']),
      sayBlock(ecmData),
      say(pps('EOP', { frames, x: false })),
      hear(['MCF']),
      say(frame('DCN')),
      end('OK', { received: 1 }),
    ],
    { pages: [], plan: polls },
  ),
  callingWith(
    'A caller that finds no document to fetch says so with DCN',
    [say(dis()), hear(['DCN']), end('CANNOT_BE_POLLED')],
    { pages: [], plan: polls },
  ),
  callingWith(
    'A DTC without an answer is said thrice, then DCN',
    [
      offer,
      hear(['CIG', 'DTC']),
      hear(['CIG', 'DTC'], AFTER_T4),
      hear(['CIG', 'DTC'], AFTER_T4),
      hear(['DCN'], AFTER_T4),
      end('DTC_NO_RESPONSE'),
    ],
    { pages: [], plan: polls },
  ),
  callingWith(
    'A DIS that comes again is answered with DTC again',
    [
      offer,
      hear(['CIG', 'DTC']),
      offer,
      hear(['CIG', 'DTC']),
      say(theirDcs(false)),
      sayTcf(),
      hear(['CFR']),
      sayFast('page', data),
      say(frame('EOP')),
      hear(['MCF']),
      say(frame('DCN')),
      end('OK', { received: 1 }),
    ],
    { pages: [], plan: polls },
  ),
  callingWith(
    'A DCS that begins 2.9 s after DTC is waited for',
    [
      offer,
      hear(['CIG', 'DTC']),
      sayAfter(2900, theirDcs(false)),
      sayTcf(),
      hear(['CFR']),
      sayFast('page', data),
      say(frame('EOP')),
      hear(['MCF']),
      say(frame('DCN')),
      end('OK', { received: 1 }),
    ],
    { pages: [], plan: polls },
  ),
  callingWith(
    'DCN to DTC ends the call',
    [offer, hear(['CIG', 'DTC']), say(frame('DCN')), end('DCN_IN_IDENTIFICATION')],
    { pages: [], plan: polls },
  ),
  callingWith(
    'A caller asks for a certain document with SEP and PWD where they are known',
    [offer, hear(['PWD', 'SEP', 'CIG', 'DTC']), say(frame('DCN')), end('DCN_IN_IDENTIFICATION')],
    { pages: [], plan: { documents: [], poll: { address: '77', password: '1234' } } },
  ),
  callingWith(
    'A caller that polls hears its own DTC back and passes over it',
    [
      offer,
      hear(['CIG', 'DTC']),
      sayAfter(100, identity('CIG', '3', true), dis({}, 'DTC')),
      sayAfter(300, theirDcs(false)),
      sayTcf(),
      hear(['CFR']),
      sayFast('page', data),
      say(frame('EOP')),
      hear(['MCF']),
      say(frame('DCN')),
      end('OK', { received: 1 }),
    ],
    { pages: [], plan: polls },
  ),
  callingWith(
    'A caller sends its own document first, then fetches one after EOM',
    [
      upToOurPage({ ...plain, hasDocumentToPoll: true }),
      hearPage(),
      hear(['EOM']),
      say(frame('MCF')),
      offer,
      hear(['CIG', 'DTC']),
      say(theirDcs(false)),
      sayTcf(),
      hear(['CFR']),
      sayFast('page', data),
      say(frame('EOP')),
      hear(['MCF']),
      say(frame('DCN')),
      end('OK', { sent: 1, received: 1 }),
    ],
    { plan: { poll: polls.poll, documents: [[page]] }, pages: [page] },
  ),
  answering(
    'An answerer with a document sends it to a caller that says DTC',
    [
      identified,
      dtc(plain),
      serve,
      hearPage(),
      hear(['EOP']),
      say(calling('MCF')),
      hear(['DCN']),
      end('OK', { sent: 1 }),
    ],
    served,
  ),
  answering(
    'An answerer sends a polled document with error correction',
    [
      identified,
      dtc(),
      serve,
      hearBlock(numbers(frames)),
      hear(['PPS-EOP']),
      say(calling('MCF')),
      hear(['DCN']),
      end('OK', { sent: 1 }),
    ],
    served,
  ),
  answering(
    'An answerer falls back at FTT when it is polled',
    [
      identified,
      dtc(plain),
      hear(['TSI', 'DCS']),
      hearTcf(V17_14400),
      say(calling('FTT')),
      hear(['TSI', 'DCS']),
      pause(4000),
      say(calling('DCN')),
      end('DCN_AFTER_TRAINING'),
    ],
    served,
  ),
  answering(
    'An answerer that is polled sends EOP thrice without an answer, then DCN',
    [
      identified,
      dtc(plain),
      serve,
      hearPage(),
      hear(['EOP']),
      hear(['EOP'], AFTER_T4),
      hear(['EOP'], AFTER_T4),
      hear(['DCN'], AFTER_T4),
      end('EOP_NO_RESPONSE'),
    ],
    served,
  ),
  answering('An answerer without a document says DCN to DTC', [
    identified,
    dtc(),
    hear(['DCN']),
    end('NOTHING_TO_POLL'),
  ]),
  answering(
    'An answerer keeps a document for who knows the password',
    [
      identified,
      say(identity('PWD', '1234', true), identity('CIG', '3', true), dis({}, 'DTC')),
      serve,
      hearBlock(numbers(frames)),
      hear(['PPS-EOP']),
      say(calling('MCF')),
      hear(['DCN']),
      end('OK', { sent: 1 }),
    ],
    { plan: { ...serves, answer: { receives: false, pollPassword: '1234' } }, host: { pages: [page] } },
  ),
  answering(
    'An answerer refuses a document to who knows another password',
    [
      identified,
      say(identity('PWD', '1235', true), identity('CIG', '3', true), dis({}, 'DTC')),
      hear(['DCN']),
      end('PASSWORD_REFUSED'),
    ],
    { plan: { ...serves, answer: { receives: false, pollPassword: '1234' } }, host: { pages: [page] } },
  ),
  answering(
    'An answerer refuses a document to who gives no password',
    [identified, dtc(), hear(['DCN']), end('PASSWORD_REFUSED')],
    { plan: { ...serves, answer: { receives: false, pollPassword: '1234' } }, host: { pages: [page] } },
  ),
  answering(
    'An answerer keeps a document for who asks for its address',
    [
      identified,
      say(identity('SEP', '77', true), dis({}, 'DTC')),
      serve,
      hearBlock(numbers(frames)),
      hear(['PPS-EOP']),
      say(calling('MCF')),
      hear(['DCN']),
      end('OK', { sent: 1 }),
    ],
    { plan: { ...serves, answer: { receives: false, pollAddress: '77' } }, host: { pages: [page] } },
  ),
  answering(
    'An answerer has nothing for who asks for another address',
    [identified, say(identity('SEP', '78', true), dis({}, 'DTC')), hear(['DCN']), end('NOTHING_TO_POLL')],
    { plan: { ...serves, answer: { receives: false, pollAddress: '77' } }, host: { pages: [page] } },
  ),
];
