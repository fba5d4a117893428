import { describe, expect, test } from 'vitest';
import { FIRST_PAGE, run, trained, trainedWithEcm } from '../testing/calledStation.ts';
import type { CalledStation } from '../testing/calledStation.ts';
import {
  FAST_OFF,
  FAST_ON,
  NOT_SILENT,
  SENT,
  SILENT,
  V21_ON,
  fastFrame,
  fcd,
  frame,
  hear,
  hearDamaged,
  page,
  pps,
  timer,
} from '../testing/handDriver.ts';

const LOST_EARLY = page(100, 0, { endSeen: false });

function brokenOff(): CalledStation {
  const driver = trained();
  driver.give(...LOST_EARLY);
  return driver;
}

describe('a page whose carrier is lost early', () => {
  test('is given up when the line is silent twice', () => {
    const driver = brokenOff();
    expect(driver.timers.get('T4')).toBe(1500);
    run(driver, [
      [[timer('T4')], ['sense']],
      [[SILENT], ['listen']],
    ]);
    // T4 with its tolerance, and a satellite: a command would have come again.
    expect(driver.timers.get('T4')).toBe(4500);
    run(driver, [
      [[timer('T4')], ['sense']],
      [[SILENT], ['drop 0', 'send DCN']],
      [[SENT], ['end NO_POST_MESSAGE C 0']],
    ]);
  });

  test('is waited for a minute while anything is on the line', () => {
    const driver = brokenOff();
    expect(driver.timers.get('T2')).toBe(60_000);
    for (let time = 0; time < 12; time++) {
      run(driver, [
        [[timer('T4')], ['sense']],
        [[time % 2 === 0 ? SILENT : NOT_SILENT], ['listen']],
      ]);
    }
    run(driver, [
      [[timer('T4')], ['sense']],
      [[timer('T2')], ['drop 0', 'send DCN']],
    ]);
    expect(driver.give(SILENT, SENT)).toEqual(['end NO_POST_MESSAGE C 0']);
  });

  test('is answered when its command comes after all', () => {
    run(brokenOff(), [
      [[timer('T4')], ['sense']],
      [[NOT_SILENT], ['listen']],
      [hear(frame('MPS')), ['drop 0', 'send RTN']],
    ]);
  });

  test('is waited for anew when something that is no command was heard', () => {
    const driver = brokenOff();
    run(driver, [
      [[timer('T4')], ['sense']],
      [[SILENT], ['listen']],
      [hearDamaged(), ['listen']],
      [[timer('T4')], ['sense']],
      [[SILENT], ['listen']],
    ]);
    // An answer that is late, and none that was asked for.
    expect(driver.give(SILENT, V21_ON, SILENT)).toEqual([]);
  });

  test('that was never heard is treated alike', () => {
    run(trained(), [
      ...FIRST_PAGE,
      [[timer('carrier')], ['listen']],
      [[timer('T4')], ['sense']],
      [[SILENT], ['listen']],
      [[timer('T4')], ['sense']],
      [[SILENT], ['drop 1', 'send DCN']],
      [[SENT], ['end PAGE_NO_CARRIER C 1']],
    ]);
  });
});

describe('a block whose carrier is lost early', () => {
  const lostEarly = [FAST_ON, fastFrame(fcd(0, new Uint8Array(256))), FAST_OFF];

  test('is given up when the line is silent twice, and its carrier awaited until then', () => {
    run(trainedWithEcm(), [
      [lostEarly, ['receive ECM 14400 short']],
      [[timer('T4')], ['sense']],
      [[SILENT], ['receive ECM 14400 short']],
      [[timer('T4')], ['sense']],
      [[SILENT], ['data 0 256', 'drop 0', 'send DCN']],
      [[SENT], ['end NO_POST_MESSAGE C 0']],
    ]);
  });

  test('goes on, or is asked about, while the line is not silent', () => {
    const driver = trainedWithEcm();
    run(driver, [
      [lostEarly, ['receive ECM 14400 short']],
      [[timer('T4')], ['sense']],
      [[NOT_SILENT], ['receive ECM 14400 short']],
      [lostEarly, ['receive ECM 14400 short']],
      [[timer('T4')], ['sense']],
      [[SILENT], ['receive ECM 14400 short']],
      [hear(pps('EOP', 2)), ['send PPR']],
    ]);
  });

  test('that was never heard is given up after T1 and silence', () => {
    run(trainedWithEcm(256, { modulation: 'V.27ter', rateBps: 2400 }), [
      [[timer('carrier')], ['listen']],
      [[timer('T4')], ['sense']],
      [[SILENT], ['listen']],
      [[timer('T4')], ['sense']],
      [[SILENT], ['drop 0', 'send DCN']],
    ]);
  });
});

test('silence is not sensed while a page or block comes, or its end was heard', () => {
  for (const driver of [trained(), trainedWithEcm()]) {
    driver.give(FAST_ON);
    expect(driver.give(timer('T4'), SILENT, SILENT)).toEqual([]);
  }
  const whole = trained();
  whole.give(...page(100));
  expect(whole.give(timer('T4'), SILENT)).toEqual([]);
  expect(whole.timers.get('T2')).toBe(7000);
});
