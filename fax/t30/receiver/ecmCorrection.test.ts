import { describe, expect, test } from 'vitest';
import { run, stored, trainedWithEcm, wanted } from '../testing/calledStation.ts';
import { V17_14400, SENT, burst, ctc, eor, frame, hear, pps, timer } from '../testing/handDriver.ts';
import type { Script } from '../testing/handDriver.ts';

/** Ready again for the burst that PPR asked for. */
const AGAIN: Script[number] = [[SENT], ['receive ECM 14400 short']];

describe('CTC', () => {
  test('continues at another rate, with long training for the first burst only', () => {
    const slower = { modulation: 'V.17', rateBps: 9600 } as const;
    run(trainedWithEcm(), [
      [burst(0), ['listen']],
      [hear(pps('EOP', 3)), ['send PPR']],
      AGAIN,
      [hear(ctc(slower)), ['send CTR']],
      [[SENT], ['receive ECM 9600 long']],
      [hear(ctc(slower)), ['send CTR']],
      [[SENT], ['receive ECM 9600 long']],
      [burst(1), ['listen']],
      [hear(pps('EOP', 2)), ['send PPR']],
      [[SENT], ['receive ECM 9600 short']],
      [burst(2), ['listen']],
      [hear(pps('EOP', 1)), ['data 0 768', 'listen', 'store 0']],
      [hear(ctc(slower)), ['listen']],
    ]);
  });

  test('for a rate that nobody knows ends the call, without one it keeps the rate', () => {
    run(trainedWithEcm(), [
      [hear(pps('EOP', 3)), ['send PPR']],
      AGAIN,
      [hear(frame('CTC')), ['send CTR']],
      [[SENT], ['receive ECM 14400 long']],
    ]);
    const only = trainedWithEcm(256, V17_14400, { limits: { receiveRates: [V17_14400] } });
    only.give(...hear(pps('EOP', 3)), SENT);
    expect(only.give(...hear(ctc({ modulation: 'V.29', rateBps: 9600 })), SENT)).toEqual([
      'drop 0',
      'send DCN',
      'end PARAMETERS_REFUSED C 0',
    ]);
  });
});

describe('EOR', () => {
  test('ends a page that is never confirmed; the next one has a number of its own', () => {
    const station = trainedWithEcm();
    run(station, [
      [burst(0), ['listen']],
      [hear(pps('MPS', 3)), ['send PPR']],
      AGAIN,
      [hear(eor('MPS')), ['data 0 256', 'drop 0', 'send ERR']],
      [[SENT], ['begin 1', 'receive ECM 14400 short']],
      [hear(eor('MPS')), ['send ERR']],
      [[SENT], ['receive ECM 14400 short']],
      [burst([0, 7]), ['listen']],
      [hear(pps('EOP', 1, 1)), ['data 1 7', 'listen', 'store 1']],
      [[stored(1)], ['send MCF']],
      [[SENT], ['listen']],
      [hear(frame('DCN')), ['end PAGE_QUALITY D 1']],
    ]);
    expect(station.events).toContainEqual({
      type: 'pageRefused',
      page: 0,
      direction: 'receive',
      by: 'ERR',
    });
  });

  test('at the last page ends the call without it', () => {
    run(trainedWithEcm(), [
      [hear(pps('EOP', 3)), ['send PPR']],
      AGAIN,
      [hear(eor('EOP')), ['drop 0', 'send ERR']],
      [[SENT], ['listen']],
      [hear(eor('EOP')), ['send ERR']],
      [[SENT], ['listen']],
      [[timer('T2')], ['end PAGE_QUALITY D 0']],
    ]);
  });

  test('within a page lets the blocks after it pass, but the page is not confirmed', () => {
    const station = trainedWithEcm();
    run(station, [
      [burst(0), ['listen']],
      [hear(pps('NULL', 3)), ['send PPR']],
      AGAIN,
      [hear(eor('NULL')), ['send ERR']],
      AGAIN,
      [burst(0), ['listen']],
      [hear(pps('NULL', 1, 0, 1)), ['send MCF']],
      AGAIN,
      [burst(0), ['listen']],
      [hear(pps('EOM', 1, 0, 2)), ['send PPR']],
      AGAIN,
    ]);
    expect(wanted(station, 1)).toEqual({ frames: [0], beyond: 255 });
    run(station, [
      [hear(eor('EOM')), ['drop 0', 'send ERR']],
      [[SENT], ['listen']],
      [[timer('T2')], ['send CSI DIS']],
    ]);
  });

  test('where it does not belong changes nothing', () => {
    run(trainedWithEcm(), [
      [burst(0), ['listen']],
      [hear(pps('EOP', 1)), ['data 0 256', 'listen', 'store 0']],
      [[stored(0)], ['send MCF']],
      [[SENT], ['listen']],
      [hear(eor('EOP')), ['listen']],
      [hear(frame('DCN')), ['end OK E 1']],
    ]);
  });
});
