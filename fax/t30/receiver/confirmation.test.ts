// Whatever a sender asks in whatever order: after anything of a page or block has come in, MCF is said only when that
// was stored, or given to the host.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PostMessageCommand } from '../frames/postMessage.ts';
import type { FrameName } from '../frames/frameNames.ts';
import type { Input } from '../machine.ts';
import { trained, trainedWithEcm } from '../testing/calledStation.ts';
import {
  FAST_OFF,
  FAST_ON,
  SENT,
  V21_OFF,
  V21_ON,
  dcs,
  fastFrame,
  fcd,
  frame,
  hear,
  hearDamaged,
  page,
  pps,
  tcf,
  timer,
} from '../testing/handDriver.ts';

type Deed =
  | { does: 'page'; rows: number }
  | { does: 'burst'; frames: number }
  | { does: 'say'; name: FrameName }
  | { does: 'pps'; command: PostMessageCommand; frames: number; ahead: boolean }
  | { does: 'noise' | 'carrier' | 'stored' | 'timer' | 'train' };

const common: readonly fc.WeightedArbitrary<Deed>[] = [
  { weight: 3, arbitrary: fc.record({ does: fc.constant('stored') }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constantFrom('noise', 'carrier', 'timer', 'train') }) },
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constant('say'), name: fc.constantFrom<FrameName>('CRP', 'RR', 'EOM') }),
  },
];

const withoutEcm: fc.Arbitrary<Deed> = fc.oneof(
  ...common,
  { weight: 4, arbitrary: fc.record({ does: fc.constant('page'), rows: fc.constantFrom(0, 50, 50) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant('say'),
      name: fc.constantFrom<FrameName>('MPS', 'MPS', 'MPS', 'EOP'),
    }),
  },
);

const withEcm: fc.Arbitrary<Deed> = fc.oneof(
  ...common,
  { weight: 4, arbitrary: fc.record({ does: fc.constant('burst'), frames: fc.nat(3) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant('pps'),
      command: fc.constantFrom<PostMessageCommand>('NULL', 'MPS', 'EOP'),
      frames: fc.integer({ min: 1, max: 3 }),
      ahead: fc.boolean(),
    }),
  },
);

test.each([
  ['without error correction', false],
  ['with it', true],
])('no page %s is confirmed that has come in and was not stored', (_, ecm) => {
  let confirmations = 0;
  fc.assert(
    fc.property(fc.array(ecm ? withEcm : withoutEcm, { maxLength: 40 }), (sequence) => {
      const station = ecm ? trainedWithEcm() : trained();
      let listensFor = ecm ? 'ECM' : 'page';
      let hasArrived = false;
      let isKept = false;
      let inStore: number | null = null;
      let mark = 0;
      let [pageCount, block] = [0, 0];
      const give = (...inputs: readonly Input[]): void => {
        const told = station.give(...inputs);
        for (const one of told) {
          const [verb, what] = one.split(' ');
          if (verb === 'receive' || verb === 'listen') listensFor = what ?? 'frames';
          if (verb === 'store') inStore = Number(what);
          if (verb === 'data') isKept = true;
          if (one === 'send MCF') {
            expect(hasArrived && !isKept, JSON.stringify(sequence)).toBe(false);
            confirmations++;
            [hasArrived, isKept] = [false, false];
          }
        }
        if (told.some((one) => one.startsWith('send')) && !station.ended) give(SENT);
      };
      for (const deed of sequence) {
        switch (deed.does) {
          case 'page':
            if (listensFor !== 'page') break;
            hasArrived ||= deed.rows > 0;
            give(...page(deed.rows, 0, { endSeen: deed.rows > 0 }));
            break;
          case 'burst':
            if (listensFor !== 'ECM') break;
            hasArrived ||= deed.frames > 0;
            give(FAST_ON);
            for (let number = 0; number < deed.frames; number++) {
              mark = (mark + 1) & 0xff;
              give(fastFrame(fcd(number, new Uint8Array(256).fill(mark))));
            }
            give(fastFrame(frame('RCP')), FAST_OFF);
            break;
          case 'say':
            give(...hear(frame(deed.name)));
            break;
          case 'pps':
            if (deed.ahead)
              [pageCount, block] = deed.command === 'NULL' ? [pageCount, block + 1] : [pageCount + 1, 0];
            give(...hear(pps(deed.command, deed.frames, pageCount, block)));
            break;
          case 'noise':
            give(...hearDamaged());
            break;
          case 'carrier':
            give(V21_ON);
            give(V21_OFF);
            break;
          case 'stored':
            if (inStore === null) break;
            isKept = true;
            give({ type: 'pageStored', page: inStore });
            inStore = null;
            break;
          case 'timer': {
            const [next] = station.timers.keys();
            if (next !== undefined) give(timer(next));
            break;
          }
          case 'train':
            give(...hear(dcs(ecm ? { ecmFrameOctets: 256 } : {})));
            if (listensFor === 'TCF') {
              [hasArrived, isKept] = [false, false];
              give(...tcf());
            }
        }
        if (station.ended) break;
      }
    }),
    { numRuns: 4000 },
  );
  expect(confirmations).toBeGreaterThan(200);
});
