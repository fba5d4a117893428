// A caller sends with error correction: blocks, PPR, CTC, EOR, RR.

import { callingWith, upToOurPage } from '../callParts.ts';
import type { Scenario, TesterStep } from '../scenario.ts';
import { testPage } from '../testPages.ts';
import {
  AFTER_T4,
  AT_ONCE,
  V17_12000,
  badFcs,
  coded,
  end,
  frame,
  frameCount,
  hear,
  hearBlock,
  hearOctets,
  numbers,
  ppr,
  say,
  sayAfter,
} from '../testerWords.ts';

const first = testPage(0, 10, 'dense');
const second = testPage(1);
const dense = testPage(0, 42, 'dense');
const frames = frameCount({ data: coded(first, 'MMR') });
const smallFrames = frameCount({ data: coded(second, 'MMR') });
const frames64 = frameCount({ data: coded(dense, 'MMR'), frameOctets: 64 });
const one = { pages: [first] };
const two = { pages: [first, second] };
const agreed = upToOurPage();
const agreed64 = upToOurPage({ prefers64: true });
const wholePage = hearBlock(numbers(frames));
const sayMcf = say(frame('MCF'));
const eop = hear(['PPS-EOP']);
const begun = [agreed, wholePage, eop] as const;
const hangsUp = (code: Parameters<typeof end>[0], sent = 0): TesterStep[] => [
  hear(['DCN']),
  end(code, { sent }),
];
const finish: TesterStep[] = [sayMcf, ...hangsUp('OK', 1)];
const wants = (...wanted: number[]) => say(ppr(wanted, frames));
/** The same two frames are missed four times. */
const fourTimes: TesterStep[] = numbers(3).flatMap(() => [wants(2, 5), hearBlock([2, 5]), eop]);

export const sendingEcm: readonly Scenario[] = [
  callingWith('A caller sends a page with error correction in frames of 256 octets', [...begun, finish], one),
  callingWith(
    'PPS says page, block and frames',
    [agreed, wholePage, hearOctets(['PPS-EOP'], [0xff, 0x13, 0xbf, 0x2f, 0, 0, frames - 1]), finish],
    one,
  ),
  callingWith(
    'A far machine that prefers 64 octets gets them, and a long page in two blocks',
    [
      agreed64,
      hearBlock(numbers(256), { frameOctets: 64 }),
      hearOctets(['PPS-NULL'], [0xff, 0x13, 0xbf, 0, 0, 0, 255]),
      sayMcf,
      hearBlock(numbers(frames64 - 256), { frameOctets: 64 }),
      hearOctets(['PPS-EOP'], [0xff, 0x13, 0xbf, 0x2f, 0, 1, frames64 - 257]),
      finish,
    ],
    { pages: [dense] },
  ),
  callingWith(
    'Two pages are sent with PPS-MPS between them',
    [
      agreed,
      wholePage,
      hear(['PPS-MPS']),
      sayMcf,
      hearBlock(numbers(smallFrames)),
      hearOctets(['PPS-EOP'], [0xff, 0x13, 0xbf, 0x2f, 1, 0, smallFrames - 1]),
      sayMcf,
      hangsUp('OK', 2),
    ],
    two,
  ),
  callingWith(
    'Only the frames that PPR wants are sent again, and counted in PPS',
    [
      agreed,
      wholePage,
      eop,
      wants(2, 5),
      hearBlock([2, 5]),
      hearOctets(['PPS-EOP'], [0xff, 0x13, 0xbf, 0x2f, 0, 0, 1]),
      finish,
    ],
    one,
  ),
  callingWith(
    'The last frame alone can be wanted',
    [...begun, wants(frames - 1), hearBlock([frames - 1]), eop, finish],
    one,
  ),
  callingWith('The first frame alone can be wanted', [...begun, wants(0), hearFirst(), eop, finish], one),
  callingWith(
    'A PPR that wants all is answered with all',
    [...begun, wants(...numbers(frames)), wholePage, eop, finish],
    one,
  ),
  callingWith(
    'Progress from PPR to PPR, three times, needs no CTC',
    [
      ...begun,
      wants(1, 2, 3),
      hearBlock([1, 2, 3]),
      eop,
      wants(2, 3),
      hearBlock([2, 3]),
      eop,
      wants(3),
      hearBlock([3]),
      eop,
      finish,
    ],
    one,
  ),
  callingWith(
    'After the fourth PPR a caller continues by CTC, and trains long for the frames',
    [...begun, fourTimes, wants(2, 5), hear(['CTC']), say(frame('CTR')), hearSlower([2, 5]), eop, finish],
    one,
  ),
  callingWith(
    'A CTC without an answer is said thrice',
    [
      ...begun,
      fourTimes,
      wants(2, 5),
      hear(['CTC']),
      hear(['CTC'], AFTER_T4),
      hear(['CTC'], AFTER_T4),
      hear(['DCN'], AFTER_T4),
      end('CTC_NO_RESPONSE'),
    ],
    one,
  ),
  callingWith(
    'A line profile without CTC ends the block with EOR after the fourth PPR',
    [...begun, fourTimes, wants(2, 5), hear(['EOR-EOP']), say(frame('ERR')), hangsUp('ECM_NO_PROGRESS')],
    { ...one, plan: { profile: { correctAtMost: 0 } } },
  ),
  callingWith(
    'An EOR without an answer is said thrice',
    [
      ...begun,
      fourTimes,
      wants(2, 5),
      hear(['EOR-EOP']),
      hear(['EOR-EOP'], AFTER_T4),
      hear(['EOR-EOP'], AFTER_T4),
      hear(['DCN'], AFTER_T4),
      end('EOR_NO_RESPONSE'),
    ],
    { ...one, plan: { profile: { correctAtMost: 0 } } },
  ),
  callingWith(
    'RNR is answered with RR until MCF comes',
    [
      ...begun,
      say(frame('RNR')),
      hear(['RR'], [50, 3500]),
      say(frame('RNR')),
      hear(['RR'], [50, 3500]),
      finish,
    ],
    one,
  ),
  callingWith(
    'RNR may be followed by PPR',
    [...begun, say(frame('RNR')), hear(['RR'], [50, 3500]), wants(2), hearBlock([2]), eop, finish],
    one,
  ),
  callingWith('MCF after 55 s of RNR confirms the page', [...begun, busy(21), finish], one),
  callingWith(
    'RNR for longer than T5 ends the call with nothing confirmed',
    [...begun, busy(24), say(frame('RNR')), hangsUp('T5_TIMEOUT')],
    one,
  ),
  callingWith(
    'An RR without an answer is said thrice',
    [
      ...begun,
      say(frame('RNR')),
      hear(['RR'], [50, 3500]),
      hear(['RR'], AFTER_T4),
      hear(['RR'], AFTER_T4),
      hear(['DCN'], AFTER_T4),
      end('RR_NO_RESPONSE'),
    ],
    one,
  ),
  callingWith(
    'An MCF to PPS that begins after 2.9 s is waited for',
    [...begun, sayAfter(2900, frame('MCF')), hangsUp('OK', 1)],
    one,
  ),
  callingWith(
    'A PPS without an answer is said thrice, then DCN',
    [
      ...begun,
      hear(['PPS-EOP'], AFTER_T4),
      hear(['PPS-EOP'], AFTER_T4),
      hear(['DCN'], AFTER_T4),
      end('PPS_NO_RESPONSE'),
    ],
    one,
  ),
  callingWith(
    'A PPR with a bad FCS is not obeyed',
    [
      ...begun,
      say({ ...badFcs(ppr([2], frames)) }),
      hear(['PPS-EOP'], [50, 3700]),
      wants(2),
      hearBlock([2]),
      eop,
      finish,
    ],
    one,
  ),
  callingWith(
    'A PPR that is too short is no answer',
    [
      ...begun,
      say({ octets: ppr([2], frames).octets.slice(0, 10), fcsOk: true }),
      hear(['PPS-EOP'], [50, 3700]),
      finish,
    ],
    one,
  ),
  callingWith(
    'DCN to PPS ends the call with nothing confirmed',
    [...begun, say(frame('DCN')), end('DCN_BEFORE_CONFIRMATION')],
    one,
  ),
  callingWith(
    'DCN after the first block leaves the page unconfirmed',
    [
      agreed64,
      hearBlock(numbers(256), { frameOctets: 64 }),
      hear(['PPS-NULL']),
      sayMcf,
      hearBlock(numbers(frames64 - 256), { frameOctets: 64 }),
      eop,
      say(frame('DCN')),
      end('DCN_BEFORE_CONFIRMATION'),
    ],
    { pages: [dense] },
  ),
  callingWith('CRP to PPS makes a caller say it again', [...begun, say(frame('CRP')), eop, finish], one),
  callingWith('PIP to the last PPS confirms the page', [...begun, say(frame('PIP')), hangsUp('OK', 1)], one),
];

/** Frame 0 alone is sent twice, since some receivers miss it. */
function hearFirst(): TesterStep {
  return hearBlock([0, 0]);
}

/** So many turns of RNR and RR, 2.5 s each. */
function busy(turns: number): TesterStep[] {
  return numbers(turns).flatMap(() => [say(frame('RNR')), hear(['RR'], [50, 1500])]);
}

/** After CTC: the rate that was asked for, and the long training. */
function hearSlower(wanted: readonly number[]): TesterStep {
  return hearBlock(wanted, { rate: V17_12000, training: 'long' }, AT_ONCE);
}
