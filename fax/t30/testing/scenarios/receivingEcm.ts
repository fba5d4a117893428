// An answerer receives with error correction: lost, doubled, short and odd frames, PPR, CTC, EOR, RNR.

import { answering, upToPage } from '../callParts.ts';
import type { Scenario } from '../scenario.ts';
import { testPage } from '../testPages.ts';
import { buildEcmBurst } from '../../ecm/frameStream.ts';
import {
  V17_14400,
  V17_9600,
  badFcs,
  calling,
  coded,
  ctc,
  dcs,
  end,
  eor,
  frameCount,
  hear,
  hearOctets,
  numbers,
  pps,
  quiet,
  say,
  sayAfter,
  sayBlock,
  sayFast,
} from '../testerWords.ts';
import type { Block } from '../testerWords.ts';

const dense = testPage(0, 10, 'dense');
const denseLong = testPage(0, 42, 'dense');
const page: Block = { data: coded(dense, 'MMR') };
const frames = frameCount(page);
const small: Block = { data: coded(testPage(1), 'MMR') };
const long: Block = { data: coded(denseLong, 'MMR'), frameOctets: 64 };
const agreed = upToPage({ coding: 'MMR', ecmFrameOctets: 256 });
const agreed64 = upToPage({ coding: 'MMR', ecmFrameOctets: 64 });
const sayPps = say(pps('EOP', { frames }));
const sayDcn = say(calling('DCN'));
const mcf = hear(['MCF']);
const finish = [mcf, sayDcn, end('OK', { received: 1 })];
/** Frames 2 and 5 are missing. */
const damaged = sayBlock(page, { send: numbers(frames).filter((number) => number !== 2 && number !== 5) });
const pprOctets = (...wanted: number[]) => [0xff, 0x13, 0xbc, ...pprField(frames, wanted)];
const firstBlock: Block = { ...long, data: long.data.subarray(0, 256 * 64) };
const secondBlock: Block = { ...long, data: long.data.subarray(256 * 64) };

/** Bit k, from the least one, stands for frame k; beyond the block all are ones. */
function pprField(count: number, wanted: readonly number[]): number[] {
  return Array.from({ length: 32 }, (_, octet) =>
    numbers(8).reduce((sum, bit) => {
      const number = octet * 8 + bit;
      return number >= count || wanted.includes(number) ? sum | (1 << bit) : sum;
    }, 0),
  );
}

export const receivingEcm: readonly Scenario[] = [
  answering(
    'A page with error correction is confirmed after PPS-EOP',
    [agreed, sayBlock(page), sayPps, finish],
    { stores: [dense] },
  ),
  answering(
    'A last frame that is short is taken as one that is padded',
    [agreed, sayBlock(page, { short: true }), sayPps, finish],
    { stores: [dense] },
  ),
  answering(
    'Frames of 64 octets are taken',
    [
      agreed64,
      sayBlock({ ...small, frameOctets: 64 }),
      say(pps('EOP', { frames: frameCount({ ...small, frameOctets: 64 }) })),
      finish,
    ],
    { stores: [testPage(1)] },
  ),
  answering(
    'A page of two blocks is confirmed block by block and stored once',
    [
      agreed64,
      sayBlock(firstBlock),
      say(pps('NULL', { frames: 256 })),
      mcf,
      sayBlock(secondBlock),
      say(pps('EOP', { block: 1, frames: frameCount(secondBlock) })),
      finish,
    ],
    { stores: [denseLong] },
  ),
  answering(
    'Three pages follow each other by PPS-MPS',
    [
      agreed,
      sayBlock(page),
      say(pps('MPS', { frames })),
      mcf,
      sayBlock(small),
      say(pps('MPS', { page: 1, frames: frameCount(small) })),
      mcf,
      sayBlock(page),
      say(pps('EOP', { page: 2, frames })),
      mcf,
      sayDcn,
      end('OK', { received: 3 }),
    ],
    { stores: [dense, testPage(1), dense] },
  ),
  answering('After PPS-EOM a new phase B begins', [
    agreed,
    sayBlock(page),
    say(pps('EOM', { frames })),
    mcf,
    hear(['CSI', 'DIS'], [75, 7500]),
    upToPage({ coding: 'MMR', ecmFrameOctets: 256 }).slice(1),
    sayBlock(small),
    say(pps('EOP', { page: 1, frames: frameCount(small) })),
    mcf,
    sayDcn,
    end('OK', { received: 2 }),
  ]),
  answering(
    'Missing frames are asked for by PPR, bit by bit, and the page is whole with them',
    [
      agreed,
      damaged,
      sayPps,
      hearOctets(['PPR'], pprOctets(2, 5)),
      sayBlock(page, { send: [2, 5] }),
      say(pps('EOP', { frames: 2 })),
      finish,
    ],
    { stores: [dense] },
  ),
  answering('A missing last frame is known from the count in PPS', [
    agreed,
    sayBlock(page, { send: numbers(frames - 1) }),
    sayPps,
    hearOctets(['PPR'], pprOctets(frames - 1)),
    sayBlock(page, { send: [frames - 1] }),
    say(pps('EOP', { frames: 1 })),
    finish,
  ]),
  answering('A missing first frame is asked for', [
    agreed,
    sayBlock(page, { send: numbers(frames - 1, 1) }),
    sayPps,
    hearOctets(['PPR'], pprOctets(0)),
    sayBlock(page, { send: [0] }),
    say(pps('EOP', { frames: 1 })),
    finish,
  ]),
  answering(
    'Frames that come twice, also in one burst, are taken once',
    [agreed, sayBlock(page, { send: [0, 0, ...numbers(frames), 1, 1] }), sayPps, finish],
    { stores: [dense] },
  ),
  answering(
    'Frames in any order are put in order',
    [agreed, sayBlock(page, { send: numbers(frames).reverse() }), sayPps, finish],
    { stores: [dense] },
  ),
  answering(
    'A frame in the middle with another length is asked for again',
    [
      agreed,
      sayFast('ECM', buildEcmBurst(oddFrames(), { rateBps: 14_400 })),
      sayPps,
      hearOctets(['PPR'], pprOctets(3)),
      sayBlock(page, { send: [3] }),
      say(pps('EOP', { frames: 1 })),
      finish,
    ],
    { stores: [dense] },
  ),
  answering('A burst of which nothing arrived is asked for as a whole', [
    agreed,
    sayFast('ECM', new Uint8Array(3000).fill(0x5a)),
    sayPps,
    hearOctets(['PPR'], pprOctets(...numbers(frames))),
    sayBlock(page),
    sayPps,
    finish,
  ]),
  answering('A burst whose carrier was never heard is asked for as a whole', [
    agreed,
    sayAfter(3000, pps('EOP', { frames })),
    hearOctets(['PPR'], pprOctets(...numbers(frames))),
    sayBlock(page),
    sayPps,
    finish,
  ]),
  answering('A burst without RCP is closed by PPS', [agreed, sayFast('ECM', withoutRcp()), sayPps, finish]),
  answering('A PPS that comes again for a confirmed page is confirmed again, and the page stored once', [
    agreed,
    sayBlock(page),
    sayPps,
    mcf,
    sayAfter(3000, pps('EOP', { frames })),
    mcf,
    sayAfter(3000, pps('EOP', { frames })),
    finish,
  ]),
  answering('A PPS that comes again for a confirmed block is confirmed again, then the next block is taken', [
    agreed64,
    sayBlock(firstBlock),
    say(pps('NULL', { frames: 256 })),
    mcf,
    sayAfter(3000, pps('NULL', { frames: 256 })),
    mcf,
    sayBlock(secondBlock),
    say(pps('EOP', { block: 1, frames: frameCount(secondBlock) })),
    finish,
  ]),
  answering(
    'A PPS that comes again after PPR is answered with the same PPR',
    [
      agreed,
      damaged,
      sayPps,
      hearOctets(['PPR'], pprOctets(2, 5)),
      sayAfter(3000, pps('EOP', { frames })),
      hearOctets(['PPR'], pprOctets(2, 5)),
      sayBlock(page, { send: [2, 5] }),
      say(pps('EOP', { frames: 2 })),
      finish,
    ],
    { stores: [dense] },
  ),
  answering('A PPS with a bad FCS is not answered, its repetition is', [
    agreed,
    sayBlock(page),
    say(badFcs(pps('EOP', { frames }))),
    quiet(2900),
    sayPps,
    finish,
  ]),
  answering('After the fourth PPR the sender continues slower by CTC, with a long training', [
    agreed,
    damaged,
    sayPps,
    ...numbers(3).flatMap(() => [
      hearOctets(['PPR'], pprOctets(2, 5)),
      sayBlock(page, { send: [] }),
      say(pps('EOP', { frames: 2 })),
    ]),
    hearOctets(['PPR'], pprOctets(2, 5)),
    say(ctc(V17_9600)),
    hear(['CTR']),
    sayBlock({ ...page, rate: V17_9600, training: 'long' }, { send: [2, 5] }),
    say(pps('EOP', { frames: 2 })),
    finish,
  ]),
  answering('A CTC that comes again is answered again', [
    agreed,
    damaged,
    sayPps,
    hear(['PPR']),
    say(ctc(V17_14400)),
    hear(['CTR']),
    sayAfter(3000, ctc(V17_14400)),
    hear(['CTR']),
    sayBlock({ ...page, training: 'long' }, { send: [2, 5] }),
    say(pps('EOP', { frames: 2 })),
    finish,
  ]),
  answering('After EOR-EOP the page is not confirmed, and both know', [
    agreed,
    damaged,
    sayPps,
    hear(['PPR']),
    say(eor('EOP')),
    hear(['ERR']),
    sayDcn,
    end('PAGE_QUALITY'),
  ]),
  answering('After EOR-MPS the next page is taken, the first is not confirmed', [
    agreed,
    damaged,
    say(pps('MPS', { frames })),
    hear(['PPR']),
    say(eor('MPS')),
    hear(['ERR']),
    sayBlock(small),
    say(pps('EOP', { page: 1, frames: frameCount(small) })),
    mcf,
    sayDcn,
    end('PAGE_QUALITY', { received: 1 }),
  ]),
  answering(
    'An answerer whose host is busy says RNR, and MCF to the RR after that',
    [
      agreed,
      sayBlock(page),
      sayPps,
      hear(['RNR'], [50, 2500]),
      say(calling('RR')),
      hear(['RNR'], [50, 2500]),
      say(calling('RR')),
      hear(['MCF'], [50, 2500]),
      sayDcn,
      end('OK', { received: 1 }),
    ],
    { host: { storeMs: 6500 } },
  ),
  answering(
    'An answerer whose host takes longer than T5 gives up, with nothing confirmed',
    [
      agreed,
      sayBlock(page),
      sayPps,
      ...numbers(7).flatMap(() => [hear(['RNR'], [50, 2500]), sayAfter(2800, calling('RR'))]),
      hear(['DCN'], [50, 2500]),
      end('PAGE_NOT_STORED'),
    ],
    { host: { storeMs: 300_000 } },
  ),
  answering(
    'A page that cannot be stored is not confirmed with error correction either',
    [agreed, sayBlock(page), sayPps, hear(['DCN'], [50, 2000]), end('PAGE_NOT_STORED')],
    { host: { unstorable: [0] } },
  ),
  answering('DCN after PPR ends the call with nothing confirmed', [
    agreed,
    damaged,
    sayPps,
    hear(['PPR']),
    sayDcn,
    end('DCN_BEFORE_END'),
  ]),
  answering('DCN between two blocks ends the call with nothing confirmed', [
    agreed64,
    sayBlock(firstBlock),
    say(pps('NULL', { frames: 256 })),
    mcf,
    sayDcn,
    end('DCN_BEFORE_END'),
  ]),
  answering('The first burst may come 30 s after CFR', [
    agreed,
    sayBlock(page, { afterMs: 30_000 }),
    sayPps,
    finish,
  ]),
  answering('A DCS with MMR but without the ECM bit is taken as one with ECM', [
    upToPage().slice(0, 1),
    say(withoutBit27()),
    upToPage().slice(2),
    sayBlock(page),
    sayPps,
    finish,
  ]),
  answering('A page number that wraps around is another page, not a repetition', [
    agreed,
    sayBlock(page),
    say(pps('MPS', { page: 255, frames })),
    mcf,
    sayBlock(small),
    say(pps('EOP', { page: 0, frames: frameCount(small) })),
    mcf,
    sayDcn,
    end('OK', { received: 2 }),
  ]),
];

function oddFrames(): { number: number; data: Uint8Array }[] {
  return numbers(frames).map((number) => {
    const data = new Uint8Array(256);
    data.set(page.data.subarray(number * 256, (number + 1) * 256));
    return { number, data: number === 3 ? data.subarray(0, 200) : data };
  });
}

/** The burst up to the last frame: carrier off before the RCP. */
function withoutRcp(): Uint8Array {
  const whole = sayBlock(page);
  if (whole.type !== 'sayFast') return new Uint8Array(0);
  // The postamble has 18 octets, three RCP a little more than 18.
  return whole.data.slice(0, whole.data.length - 18 - 18);
}

function withoutBit27(): ReturnType<typeof dcs> {
  const { octets, fcsOk } = dcs({ coding: 'MMR', ecmFrameOctets: 256 });
  return { octets: octets.with(6, (octets[6] ?? 0) & ~0x04), fcsOk };
}
