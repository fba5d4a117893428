// An answerer without error correction when training, page or command go wrong; each limit from both sides.

import { answering, upToPage } from '../callParts.ts';
import type { Scenario } from '../scenario.ts';
import { testPage } from '../testPages.ts';
import {
  AFTER_T4,
  V17_12000,
  V17_14400,
  badFcs,
  calling,
  coded,
  dcs,
  end,
  everyNth,
  hear,
  identity,
  numbers,
  pageWithBadRows,
  pause,
  quiet,
  raw,
  say,
  sayAfter,
  sayFast,
  sayTcf,
} from '../testerWords.ts';

const page = coded(testPage(0));
const identified = hear(['CSI', 'DIS'], [0, 500]);
const sayPage = sayFast('page', page);
const sayEop = say(calling('EOP'));
const sayDcn = say(calling('DCN'));
const cfr = hear(['CFR']);
const mcf = hear(['MCF']);
const restOfCall = [sayPage, sayEop, mcf, sayDcn, end('OK', { received: 1 })];

/** A TCF of these parts, and the answer that is right. */
function training(name: string, parts: Parameters<typeof sayTcf>[1], answer: 'CFR' | 'FTT'): Scenario {
  return answering(name, [
    identified,
    say(dcs()),
    sayTcf(V17_14400, parts),
    hear([answer]),
    ...(answer === 'CFR' ? restOfCall : [sayDcn, end('TCF_NEVER_GOOD')]),
  ]);
}

/** A page of rows with bad ones among them, and the answer that is right. */
function quality(name: string, rows: number, bad: readonly number[], answer: 'MCF' | 'RTN'): Scenario {
  return answering(name, [
    upToPage(),
    sayFast('page', pageWithBadRows(rows, bad)),
    sayEop,
    hear([answer]),
    sayDcn,
    answer === 'MCF' ? end('OK', { received: 1 }) : end('PAGE_QUALITY'),
  ]);
}

export const receivingTrouble: readonly Scenario[] = [
  training(
    'A training with 1010 ms of zeros in a row is good',
    [{ zeros: 1010 }, { noise: 60 }, { zeros: 300 }],
    'CFR',
  ),
  training(
    'A training whose zeros are broken before one second is not good',
    [{ zeros: 990 }, { noise: 10 }, { zeros: 500 }],
    'FTT',
  ),
  training(
    'A training with 9 % of it damaged is good',
    [{ zeros: 1200 }, { noise: 135 }, { zeros: 165 }],
    'CFR',
  ),
  training(
    'A training with 11 % of it damaged is not good',
    [{ zeros: 1200 }, { noise: 165 }, { zeros: 135 }],
    'FTT',
  ),
  training('A training that begins with garbage is good', [{ noise: 300 }, { zeros: 1200 }], 'CFR'),
  training('A training without a single zero is not good', [{ noise: 1500 }], 'FTT'),
  answering('No training after DCS is answered with FTT', [
    identified,
    say(dcs()),
    hear(['FTT'], [2500, 6000]),
    sayDcn,
    end('TRAINING_NOT_HEARD'),
  ]),
  answering('A training at another rate than announced is answered with FTT', [
    identified,
    say(dcs()),
    sayTcf(V17_12000),
    hear(['FTT']),
    sayDcn,
    end('TCF_NEVER_GOOD'),
  ]),
  answering('After FTT the sender comes a step slower', [
    identified,
    say(dcs()),
    sayTcf(V17_14400, [{ noise: 1500 }]),
    hear(['FTT']),
    say(dcs({ rate: V17_12000 })),
    sayTcf(V17_12000),
    cfr,
    sayFast('page', page, { rate: V17_12000 }),
    sayEop,
    mcf,
    sayDcn,
    end('OK', { received: 1 }),
  ]),
  answering('A sender that has not heard CFR says DCS again and is trained again', [
    identified,
    say(dcs()),
    sayTcf(),
    cfr,
    sayAfter(3000, dcs()),
    sayTcf(),
    cfr,
    restOfCall,
  ]),
  answering('A sender that has not heard the DIS lets the answerer repeat it after T4', [
    identified,
    hear(['CSI', 'DIS'], AFTER_T4),
    hear(['CSI', 'DIS'], AFTER_T4),
    say(dcs()),
    sayTcf(),
    cfr,
    restOfCall,
  ]),
  answering('A DCS that begins 2.9 s after DIS is waited for to its end', [
    identified,
    sayAfter(2850, identity('TSI', '1', true), dcs()),
    sayTcf(),
    cfr,
    restOfCall,
  ]),
  answering('A DCS with a bad FCS counts as nothing', [
    identified,
    say(badFcs(dcs())),
    hear(['CSI', 'DIS'], [50, 3700]),
    say(dcs()),
    sayTcf(),
    cfr,
    restOfCall,
  ]),
  answering('A TSI with a bad FCS before a good DCS harms nothing', [
    identified,
    say(badFcs(identity('TSI', '1', true)), dcs()),
    sayTcf(),
    cfr,
    restOfCall,
  ]),
  answering('Octets that are no frame are passed over', [
    identified,
    say(raw(1, 2, 3, 4)),
    hear(['CSI', 'DIS'], [50, 3700]),
    say(dcs()),
    sayTcf(),
    cfr,
    restOfCall,
  ]),
  quality('A page with 5 % of its rows bad, never many in a row, is confirmed', 200, everyNth(15, 10), 'MCF'),
  quality('A page with 5.5 % of its rows bad is refused', 200, everyNth(15, 11), 'RTN'),
  quality('A page with five bad rows in a row is confirmed', 200, numbers(5, 50), 'MCF'),
  quality('A page with six bad rows in a row is refused', 200, numbers(6, 50), 'RTN'),
  quality('A page without a single good row is refused', 200, numbers(200), 'RTN'),
  answering('A page that was refused is sent again after a new training, and stored once', [
    upToPage(),
    sayFast('page', pageWithBadRows(200, numbers(50, 20))),
    sayEop,
    hear(['RTN']),
    say(dcs({ rate: V17_12000 })),
    sayTcf(V17_12000),
    cfr,
    sayFast('page', page, { rate: V17_12000 }),
    sayEop,
    mcf,
    sayDcn,
    end('OK', { received: 1 }),
  ]),
  answering('A page that never came, but is asked about, is not confirmed', [
    upToPage(),
    sayAfter(2000, calling('EOP')),
    hear(['RTN']),
    sayDcn,
    end('PAGE_QUALITY'),
  ]),
  answering('A page of 40 s that was not heard is asked for again when it is asked about', [
    upToPage(),
    sayAfter(40_000, calling('EOP')),
    hear(['RTN']),
    say(dcs()),
    sayTcf(),
    cfr,
    restOfCall,
  ]),
  answering('A page at another rate than agreed is not confirmed', [
    upToPage(),
    sayFast('page', page, { rate: V17_12000 }),
    sayEop,
    hear(['RTN']),
    sayDcn,
    end('PAGE_QUALITY'),
  ]),
  answering('Without page or command after CFR the answerer waits as long as a page lasts, then hangs up', [
    upToPage(),
    quiet(50_000),
    hear(['DCN'], [0, 20_000]),
    end('PAGE_NO_CARRIER'),
  ]),
  answering('Without a command after the page the answerer hangs up after T2 and confirms nothing', [
    upToPage(),
    sayPage,
    quiet(4900),
    hear(['DCN'], [0, 3500]),
    end('NO_POST_MESSAGE'),
  ]),
  answering('Without a page after MPS and MCF the answerer hangs up in the end and keeps what it confirmed', [
    upToPage(),
    sayPage,
    say(calling('MPS')),
    mcf,
    quiet(50_000),
    hear(['DCN'], [0, 20_000]),
    end('PAGE_NO_CARRIER', { received: 1 }),
  ]),
  answering('Without anything after EOM and MCF the answerer says DIS until T1 is over', [
    upToPage(),
    sayPage,
    say(calling('EOM')),
    mcf,
    hear(['CSI', 'DIS'], [75, 7500]),
    hear(['CSI', 'DIS'], AFTER_T4),
    pause(40_000),
    end('T1_AFTER_EOM', { received: 1 }, [-12_000, 0]),
  ]),
  answering('A post-message command with a bad FCS is not obeyed', [
    upToPage(),
    sayPage,
    say(badFcs(calling('EOP'))),
    quiet(2900),
    say(calling('EOP')),
    mcf,
    sayDcn,
    end('OK', { received: 1 }),
  ]),
  answering('CRP lets an answerer say its last answer again', [
    identified,
    say(calling('CRP')),
    hear(['CSI', 'DIS']),
    say(dcs()),
    sayTcf(),
    cfr,
    say(calling('CRP')),
    cfr,
    sayPage,
    sayEop,
    mcf,
    say(calling('CRP')),
    mcf,
    sayDcn,
    end('OK', { received: 1 }),
  ]),
  answering('CRP without end does not keep an answerer', [
    identified,
    say(calling('CRP')),
    pause(60_000),
    end('T1_TIMEOUT_ANSWERING', {}, [-26_000, 0]),
  ]),
  answering('DCN instead of DCS ends the call', [
    identified,
    say(calling('DCN')),
    end('DCN_IN_IDENTIFICATION'),
  ]),
  answering('DCN after CFR ends the call', [upToPage(), say(calling('DCN')), end('DCN_BEFORE_END')]),
  answering('DCN instead of a post-message command ends the call with nothing confirmed', [
    upToPage(),
    sayPage,
    sayDcn,
    end('DCN_BEFORE_END'),
  ]),
  answering('DCN after MPS and MCF ends the call with the page kept', [
    upToPage(),
    sayPage,
    say(calling('MPS')),
    mcf,
    sayDcn,
    end('DCN_BEFORE_END', { received: 1 }),
  ]),
  answering(
    'A page that cannot be stored is not confirmed',
    [upToPage(), sayPage, sayEop, hear(['DCN'], [50, 1000]), end('PAGE_NOT_STORED')],
    { host: { unstorable: [0] } },
  ),
  answering('Hanging up in the middle of a page leaves nothing confirmed', [
    upToPage(),
    { type: 'lineLost' },
    end('LINE_LOST'),
  ]),
  answering('An abort while the answerer waits for a page ends with DCN', [
    upToPage(),
    { type: 'abort' },
    hear(['DCN'], [50, 5000]),
    end('ABORTED'),
  ]),
  answering('An abort at the very beginning ends with DCN after the DIS', [
    { type: 'abort' },
    pause(5000),
    end('ABORTED', {}, [-4000, 0]),
  ]),
];
