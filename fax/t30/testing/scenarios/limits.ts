// How often and how long: repetitions without end, hosts that are slow, answers that nearly come too late.

import { answering, callingWith, upToOurPage, upToPage } from '../callParts.ts';
import type { Scenario, TesterStep } from '../scenario.ts';
import { testPage, testPages } from '../testPages.ts';
import {
  AFTER_T4,
  V17_14400,
  badFcs,
  calling,
  coded,
  dcs,
  dis,
  end,
  everyNth,
  frame,
  frameCount,
  hear,
  hearPage,
  hearTcf,
  numbers,
  pageWithBadRows,
  pps,
  quiet,
  say,
  sayAfter,
  sayBlock,
  sayFast,
  sayTcf,
} from '../testerWords.ts';

const page = coded(testPage(0));
const second = coded(testPage(1));
const unreadable = pageWithBadRows(100, numbers(50, 20));
const block = { data: coded(testPage(0, 10, 'dense'), 'MMR') };
const frames = frameCount(block);
const ecm = { coding: 'MMR', ecmFrameOctets: 256 } as const;
const plain = { ecm: false, codings: ['MH'] } as const;
const identified = hear(['CSI', 'DIS'], [0, 500]);
const sayPage = sayFast('page', page);
const sayEop = say(calling('EOP'));
const sayMps = say(calling('MPS'));
const sayDcn = say(calling('DCN'));
const cfr = hear(['CFR']);
const mcf = hear(['MCF']);
const retrained = [say(dcs()), sayTcf(), cfr];
const finish = [sayPage, sayEop, mcf, sayDcn, end('OK', { received: 1 })];
const times = (count: number, ...steps: TesterStep[]): TesterStep[] => numbers(count).flatMap(() => steps);

/** A TCF of these parts before a page with error correction, and the answer that is right. */
function ecmTraining(name: string, parts: Parameters<typeof sayTcf>[1], answer: 'CFR' | 'FTT'): Scenario {
  return answering(name, [
    identified,
    say(dcs(ecm)),
    sayTcf(V17_14400, parts),
    hear([answer]),
    sayDcn,
    end(answer === 'CFR' ? 'DCN_BEFORE_END' : 'TCF_NEVER_GOOD'),
  ]);
}

export const limits: readonly Scenario[] = [
  ecmTraining(
    'With error correction a training with 510 ms of zeros in a row is good',
    [{ zeros: 510 }, { noise: 60 }, { zeros: 400 }, { noise: 60 }, { zeros: 400 }],
    'CFR',
  ),
  ecmTraining(
    'With error correction a training with 490 ms of zeros in a row is not good',
    [{ zeros: 490 }, { noise: 60 }, { zeros: 400 }, { noise: 60 }, { zeros: 400 }],
    'FTT',
  ),
  answering('Eight bad trainings, as many as there are rates, do not end the call', [
    identified,
    ...times(8, say(dcs()), sayTcf(V17_14400, [{ noise: 1500 }]), hear(['FTT'])),
    retrained,
    finish,
  ]),
  answering('Bad trainings without end do', [
    identified,
    ...times(16, say(dcs()), sayTcf(V17_14400, [{ noise: 1500 }]), hear(['FTT'])),
    say(dcs()),
    sayTcf(V17_14400, [{ noise: 1500 }]),
    hear(['DCN']),
    end('TCF_NEVER_GOOD'),
  ]),
  answering('A page may be refused three times and be good then', [
    upToPage(),
    ...times(3, sayFast('page', unreadable), sayEop, hear(['RTN']), ...retrained),
    finish,
  ]),
  answering('A page that is refused a fourth time ends the call', [
    upToPage(),
    ...times(3, sayFast('page', unreadable), sayEop, hear(['RTN']), ...retrained),
    sayFast('page', unreadable),
    sayEop,
    hear(['DCN']),
    end('PAGE_QUALITY'),
  ]),
  answering(
    'A readable page on a line that gets worse is confirmed by RTP, and a new training follows',
    [
      upToPage(),
      sayFast('page', pageWithBadRows(200, everyNth(15, 6))),
      sayMps,
      hear(['RTP']),
      retrained,
      sayFast('page', second),
      sayEop,
      mcf,
      sayDcn,
      end('OK', { received: 2 }),
    ],
    { plan: { profile: { copyQuality: { minGoodPercent: 95, maxBadRun: 5, retrainBelowPercent: 98 } } } },
  ),
  answering(
    'A page a little better than that is confirmed by MCF',
    [
      upToPage(),
      sayFast('page', pageWithBadRows(200, everyNth(15, 3))),
      sayMps,
      mcf,
      sayFast('page', second),
      sayEop,
      mcf,
      sayDcn,
      end('OK', { received: 2 }),
    ],
    { plan: { profile: { copyQuality: { minGoodPercent: 95, maxBadRun: 5, retrainBelowPercent: 98 } } } },
  ),
  answering('An MPS that comes again 3 s after MCF is a repetition', [
    upToPage(),
    sayPage,
    sayMps,
    mcf,
    sayAfter(3300, calling('MPS')),
    mcf,
    sayFast('page', second),
    sayEop,
    mcf,
    sayDcn,
    end('OK', { received: 2 }),
  ]),
  answering('An MPS that comes 6 s after MCF is about a page that was not heard', [
    upToPage(),
    sayPage,
    sayMps,
    mcf,
    sayAfter(6000, calling('MPS')),
    hear(['RTN']),
    retrained,
    sayFast('page', second),
    sayEop,
    mcf,
    sayDcn,
    end('OK', { received: 2 }),
  ]),
  answering('An EOP without end is confirmed six times and no more', [
    upToPage(),
    sayPage,
    ...times(6, sayAfter(3000, calling('EOP')), mcf),
    sayAfter(3000, calling('EOP')),
    end('OK', { received: 1 }, [-100, 2000]),
  ]),
  answering(
    'A host that stores in 2.2 s lets the answerer confirm within T4',
    [upToPage(), sayPage, sayEop, hear(['MCF'], [2200, 2500]), sayDcn, end('OK', { received: 1 })],
    { host: { storeMs: 2200 } },
  ),
  answering(
    'A host that stores in 2.6 s does not let it speak into the repeated command',
    [upToPage(), sayPage, sayEop, quiet(2950), say(calling('EOP')), mcf, sayDcn, end('OK', { received: 1 })],
    { host: { storeMs: 2600 } },
  ),
  answering('A PPR that leads nowhere is not said for ever', [
    upToPage(ecm),
    sayBlock(block, { send: numbers(frames - 1) }),
    say(pps('EOP', { frames })),
    ...times(16, hear(['PPR']), sayBlock(block, { send: [] }), say(pps('EOP', { frames: 1 }))),
    hear(['DCN']),
    end('ECM_NO_PROGRESS'),
  ]),
  answering('Twelve PPR with a frame gained each time are progress', [
    upToPage(ecm),
    sayBlock(block, { send: [12] }),
    say(pps('EOP', { frames })),
    ...numbers(12).flatMap((number) => [
      hear(['PPR']),
      sayBlock(block, { send: [number] }),
      say(pps('EOP', { frames: 1 })),
    ]),
    hear(['PPR']),
    sayBlock(block, { send: numbers(frames - 13, 13) }),
    say(pps('EOP', { frames: frames - 13 })),
    mcf,
    sayDcn,
    end('OK', { received: 1 }),
  ]),
  answering('A command whose frames take three seconds each is waited for to its end', [
    identified,
    say(calling('NSS', new Uint8Array(90)), calling('NSS', new Uint8Array(90)), dcs()),
    sayTcf(),
    cfr,
    finish,
  ]),
  answering('A PPS that announces more frames than ever came asks for them', [
    upToPage(ecm),
    sayBlock(block),
    say(pps('EOP', { frames: 256 })),
    hear(['PPR']),
    sayDcn,
    end('DCN_BEFORE_END'),
  ]),
  answering(
    'A PPS that announces fewer frames than came loses none of them',
    [upToPage(ecm), sayBlock(block), say(pps('EOP', { frames: 1 })), mcf, sayDcn, end('OK', { received: 1 })],
    { stores: [testPage(0, 10, 'dense')] },
  ),
  answering('EOS is obeyed as the EOM that it is for a receiver', [
    upToPage(ecm),
    sayBlock(block),
    say(pps('EOS', { frames })),
    mcf,
    hear(['CSI', 'DIS'], [75, 7500]),
    say(calling('DCN')),
    end('DCN_IN_IDENTIFICATION', { received: 1 }),
  ]),
  answering('PPS-PRI-EOP is PPS-EOP, since no operator is there', [
    upToPage(ecm),
    sayBlock(block),
    say(pps('PRI-EOP', { frames })),
    mcf,
    sayDcn,
    end('OK', { received: 1 }),
  ]),
  answering('RR without RNR is answered with what was said last', [
    upToPage(ecm),
    sayBlock(block),
    say(pps('EOP', { frames })),
    mcf,
    say(calling('RR')),
    mcf,
    sayDcn,
    end('OK', { received: 1 }),
  ]),
  callingWith(
    'A caller whose second page is ready 2 s after the first holds MPS back for it',
    [
      say(dis(plain)),
      hear(['TSI', 'DCS'], [2500, 4000]),
      hearTcf(),
      say(frame('CFR')),
      hearPage(),
      hear(['MPS'], [1500, 2500]),
      say(frame('MCF')),
      hearPage(),
      hear(['EOP']),
      say(frame('MCF')),
      hear(['DCN']),
      end('OK', { sent: 2 }),
    ],
    { pages: testPages(2), host: { prepareMs: 2700 } },
  ),
  callingWith(
    'A caller whose second page is not ready in time says EOM, and takes its time in the new phase B',
    [
      say(dis(plain)),
      hear(['TSI', 'DCS'], [5000, 6000]),
      hearTcf(),
      say(frame('CFR')),
      hearPage(),
      hear(['EOM'], [3000, 4000]),
      say(frame('MCF')),
      sayAfter(500, dis(plain)),
      hear(['TSI', 'DCS']),
      hearTcf(),
      say(frame('CFR')),
      hearPage(),
      hear(['EOP']),
      say(frame('MCF')),
      hear(['DCN']),
      end('OK', { sent: 2 }),
    ],
    { pages: testPages(2), host: { prepareMs: 5500 } },
  ),
  callingWith(
    'A caller whose first page takes 20 s to be made ready holds its DCS back meanwhile',
    [
      say(dis(plain)),
      ...times(3, sayAfter(3000, dis(plain))),
      hear(['TSI', 'DCS'], [0, 10_000]),
      hearTcf(),
      say(frame('CFR')),
      hearPage(),
      hear(['EOP']),
      say(frame('MCF')),
      hear(['DCN']),
      end('OK', { sent: 1 }),
    ],
    { host: { prepareMs: 20_000 } },
  ),
  callingWith(
    'A caller whose page is never made ready gives up',
    [say(dis(plain)), hear(['DCN'], [20_000, 40_000]), end('PAGE_UNAVAILABLE')],
    { host: { prepareMs: 10_000_000 } },
  ),
  callingWith('An answer that begins when the command is about to be repeated does not meet it', [
    upToOurPage(plain),
    hearPage(),
    hear(['EOP']),
    // T4 is over at 3000 ms, the turn-around at 3075 ms: the caller waits for the end of the answer, but is deaf to it.
    sayAfter(3060, frame('MCF')),
    hear(['EOP']),
    say(frame('MCF')),
    hear(['DCN']),
    end('OK', { sent: 1 }),
  ]),
  callingWith('Damaged answers cost one try each', [
    upToOurPage(plain),
    hearPage(),
    hear(['EOP']),
    say(badFcs(frame('MCF'))),
    hear(['EOP'], [50, 3700]),
    say(badFcs(frame('MCF'))),
    hear(['EOP'], [50, 3700]),
    say(badFcs(frame('MCF'))),
    hear(['DCN'], [50, 3700]),
    end('EOP_NO_RESPONSE'),
  ]),
  callingWith('A command is repeated T4 after it ended, not earlier', [
    upToOurPage(plain),
    hearPage(),
    hear(['EOP']),
    quiet(2900),
    hear(['EOP'], [0, 700]),
    quiet(2900),
    hear(['EOP'], [0, 700]),
    hear(['DCN'], AFTER_T4),
    end('EOP_NO_RESPONSE'),
  ]),
];
