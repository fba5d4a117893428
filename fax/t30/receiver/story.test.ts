// The journal of whole receptions, in the sentences that a person reads.

import { expect, test } from 'vitest';
import { beginAnswering, stepAnswerer } from '../answerer.ts';
import type { AnswererState } from '../answerer.ts';
import { describeEvent } from '../describeEvent.ts';
import type { JournalEvent } from '../journal.ts';
import { testPlan } from '../testing/testPlans.ts';
import {
  FAST_ON,
  HandDriver,
  SENT,
  START,
  STORED,
  burst,
  ctc,
  dcs,
  eor,
  frame,
  hear,
  hearDamaged,
  identity,
  page,
  pps,
  tcf,
  timer,
} from '../testing/handDriver.ts';

function station(): HandDriver<AnswererState> {
  return new HandDriver(beginAnswering(testPlan()), stepAnswerer);
}

/** Type and what tells it from others of its type. */
function told(events: readonly JournalEvent[]): string[] {
  return events.map((event) => {
    expect(describeEvent(event)).not.toBe('');
    switch (event.type) {
      case 'phase':
        return `phase ${event.phase}`;
      case 'frameSent':
        return `sent ${event.name} ${event.attempt}`;
      case 'frameReceived':
        return `received ${event.name}`;
      case 'frameIgnored':
        return `ignored ${event.name} ${event.reason}`;
      case 'training':
        return `training ${event.rate.rateBps} ${event.result}`;
      case 'fallBack':
        return `from ${event.from.rateBps} to ${event.to.rateBps}`;
      case 'pageBegins':
        return `page ${event.page} begins ${event.attempt}`;
      case 'blockReceived':
        return `block ${event.block} of page ${event.page}: ${event.missing} of ${event.frames} missing`;
      case 'pageReceived':
        return `page ${event.page} received, ${event.quality?.goodRows ?? 'no'} good rows`;
      case 'pageConfirmed':
        return `page ${event.page} confirmed`;
      case 'pageRefused':
        return `page ${event.page} refused by ${event.by}`;
      case 'waitingForHost':
        return `waiting for the host to ${event.doing} page ${event.page}`;
      case 'timeout':
        return `${event.timer} over, waiting for ${event.waitingFor}`;
      case 'ended':
        return `ended ${event.outcome.code}`;
      case 'remoteIdentity':
      case 'remoteMaker':
      case 'remoteSubaddress':
      case 'remoteCapabilities':
      case 'agreed':
      case 'blockSent':
        return event.type;
    }
  });
}

test('a page without error correction: a bad training, a slower rate, a page refused and sent again', () => {
  const driver = station();
  const slower = { modulation: 'V.17', rateBps: 12_000 } as const;
  driver.give(START, SENT, ...hear(identity('TSI', '1'), identity('SUB', '2'), dcs()), ...tcf(false), SENT);
  driver.give(...hear(dcs({ rate: slower })), ...tcf(), SENT, ...page(100, 50), ...hear(frame('EOP')), SENT);
  driver.give(...hear(dcs({ rate: slower })), ...tcf(), SENT, ...page(100, 1), ...hearDamaged());
  driver.give(...hear(frame('EOP')), timer('T4'), STORED, ...hear(frame('EOP')), SENT, ...hear(frame('DCN')));
  expect(told(driver.events)).toEqual([
    'phase B',
    'sent CSI 1',
    'sent DIS 1',
    'received TSI',
    'received SUB',
    'received DCS',
    'remoteIdentity',
    'remoteSubaddress',
    'agreed',
    'training 14400 bad',
    'sent FTT 1',
    'received DCS',
    'agreed',
    'from 14400 to 12000',
    'training 12000 good',
    'sent CFR 1',
    'phase C',
    'page 0 begins 1',
    'received EOP',
    'phase D',
    'page 0 received, 50 good rows',
    'page 0 refused by RTN',
    'sent RTN 1',
    'received DCS',
    'phase B',
    'agreed',
    'training 12000 good',
    'sent CFR 1',
    'phase C',
    'page 0 begins 2',
    'ignored EOP badFcs',
    'received EOP',
    'phase D',
    'page 0 received, 99 good rows',
    'waiting for the host to store page 0',
    'received EOP',
    'sent MCF 1',
    'page 0 confirmed',
    'received DCN',
    'phase E',
    'ended OK',
  ]);
});

test('two pages with error correction: frames missing, the host busy, a page given up', () => {
  const driver = station();
  driver.give(START, SENT, ...hear(dcs({ ecmFrameOctets: 256 })), ...tcf(), SENT, ...burst(0, 2));
  driver.give(
    ...hear(pps('MPS', 3)),
    SENT,
    ...hear(pps('MPS', 3)),
    SENT,
    ...burst(1),
    ...hear(pps('MPS', 1)),
  );
  driver.give(timer('T4'), SENT, STORED, ...hear(frame('RR')), SENT);
  driver.give(...burst(0), ...hear(pps('EOP', 2, 1)), SENT, ...hear(eor('EOP')), SENT, timer('T2'));
  expect(told(driver.events)).toEqual([
    'phase B',
    'sent CSI 1',
    'sent DIS 1',
    'received DCS',
    'agreed',
    'training 14400 good',
    'sent CFR 1',
    'phase C',
    'page 0 begins 1',
    'received PPS-MPS',
    'phase D',
    'block 0 of page 0: 1 of 3 missing',
    'sent PPR 1',
    'phase C',
    'received PPS-MPS',
    'phase D',
    'block 0 of page 0: 1 of 3 missing',
    'sent PPR 2',
    'phase C',
    'received PPS-MPS',
    'phase D',
    'block 0 of page 0: 0 of 3 missing',
    'page 0 received, no good rows',
    'waiting for the host to store page 0',
    'sent RNR 1',
    'received RR',
    'sent MCF 1',
    'page 0 confirmed',
    'phase C',
    'page 1 begins 1',
    'received PPS-EOP',
    'phase D',
    'block 0 of page 1: 1 of 2 missing',
    'sent PPR 1',
    'phase C',
    'received EOR-EOP',
    'phase D',
    'page 1 refused by ERR',
    'sent ERR 1',
    'T2 over, waiting for a command after EOP',
    'phase E',
    'ended PAGE_QUALITY',
  ]);
});

test('a block that is corrected at a lower rate, and a frame that does not belong there', () => {
  const driver = station();
  driver.give(START, SENT, ...hear(dcs({ ecmFrameOctets: 256 })), ...tcf(), SENT, ...hear(frame('EOP')));
  driver.give(...hear(pps('NULL', 2)), SENT, ...hear(ctc({ modulation: 'V.17', rateBps: 9600 })), SENT);
  driver.give(
    ...hear(ctc({ modulation: 'V.17', rateBps: 9600 })),
    SENT,
    ...burst(0, 1),
    ...hear(pps('NULL', 2)),
  );
  expect(told(driver.events).slice(-17)).toEqual([
    'page 0 begins 1',
    'received EOP',
    'ignored EOP unexpected',
    'received PPS-NULL',
    'phase D',
    'block 0 of page 0: 2 of 2 missing',
    'sent PPR 1',
    'phase C',
    'received CTC',
    'from 14400 to 9600',
    'sent CTR 1',
    'received CTC',
    'sent CTR 2',
    'received PPS-NULL',
    'phase D',
    'block 0 of page 0: 0 of 2 missing',
    'sent MCF 1',
  ]);
});

test.each([
  ['the training check', [], 'carrier over, waiting for TCF'],
  ['its end', [FAST_ON], 'carrier over, waiting for the end of TCF'],
])('%s is missed by name', (_, inputs, sentence) => {
  const driver = station();
  driver.give(START, SENT, ...hear(dcs()), ...inputs, timer('carrier'));
  expect(told(driver.events)).toContain(sentence);
});

test.each([
  [null, [timer('carrier')], 'carrier over, waiting for the page'],
  [null, [FAST_ON, timer('carrier')], 'carrier over, waiting for the end of the page'],
  [null, [...page(9), timer('T2')], 'T2 over, waiting for the post-message command'],
  [256, [timer('carrier')], 'carrier over, waiting for the first frame'],
  [256, [FAST_ON, timer('carrier')], 'carrier over, waiting for the end of the block'],
  [256, [...burst(0), timer('T2')], 'T2 over, waiting for PPS'],
] as const)('frames of %s octets: what is waited for in vain is told', (ecmFrameOctets, inputs, sentence) => {
  const driver = station();
  driver.give(START, SENT, ...hear(dcs({ ecmFrameOctets })), ...tcf(), SENT, ...inputs);
  expect(told(driver.events)).toContain(sentence);
});
