import { describe, expect, test } from 'vitest';
import type { Input } from '../machine.ts';
import { identified, run, stored, trained } from '../testing/calledStation.ts';
import {
  FAST_OFF,
  FAST_ON,
  SENT,
  V21_OFF,
  V21_ON,
  dcs,
  frame,
  hear,
  page,
  tcf,
  timer,
  v21Frame,
} from '../testing/handDriver.ts';

describe('sending an answer', () => {
  test('is tried three times when the modem refuses, then the call ends', () => {
    const driver = identified();
    driver.give(...hear(dcs()), ...tcf());
    const failed: Input = { type: 'sendFailed', detail: 'ERROR' };
    expect(driver.give(failed)).toEqual(['send CFR']);
    expect(driver.give(failed)).toEqual(['send CFR']);
    expect(driver.give(failed)).toEqual(['send DCN']);
    expect(driver.give(failed)).toEqual(['end SEND_FAILED B 0']);
  });

  test('does not count a page whose confirmation did not leave', () => {
    const driver = trained();
    driver.give(...page(100), ...hear(frame('EOP')), stored(0));
    expect(driver.give(timer('carrier'))).toEqual(['drop 0', 'end SEND_FAILED D 0']);
    const lost = trained();
    lost.give(...page(100), ...hear(frame('EOP')), stored(0));
    expect(lost.give({ type: 'lineLost', detail: 'hung up' })).toEqual(['drop 0', 'end LINE_LOST D 0']);
  });

  test('is not disturbed by what is heard meanwhile', () => {
    const driver = identified();
    driver.give(...hear(dcs()), ...tcf());
    expect(driver.give(V21_ON, v21Frame(frame('DCN')), V21_OFF, FAST_ON, FAST_OFF, timer('T2'))).toEqual([]);
    expect(driver.give(SENT)).toEqual(['begin 0', 'receive page 14400 short']);
  });
});

describe('an abort', () => {
  const abort: Input = { type: 'abort', detail: 'by the user' };

  test('is said at once on a quiet line, and ends the call even if DCN does not leave', () => {
    run(trained(), [
      [[abort], ['drop 0', 'send DCN']],
      [[timer('carrier')], ['end ABORTED C 0']],
    ]);
    const arriving = trained();
    arriving.give(FAST_ON);
    expect(arriving.give(abort, SENT)).toEqual(['drop 0', 'send DCN', 'end ABORTED C 0']);
  });

  test('waits for the end of what is heard', () => {
    const driver = trained();
    driver.give(...page(100), V21_ON);
    expect(driver.give(abort)).toEqual([]);
    expect(driver.give(v21Frame(frame('EOP')))).toEqual([]);
    expect(driver.give(V21_OFF, SENT)).toEqual(['drop 0', 'send DCN', 'end ABORTED C 0']);
    const damaged = trained();
    damaged.give(...page(100), V21_ON);
    expect(damaged.give(abort, V21_OFF)).toEqual(['drop 0', 'send DCN']);
    const endless = trained();
    endless.give(...page(100), V21_ON);
    expect(endless.give(abort, timer('frame'))).toEqual(['drop 0']);
    expect(endless.give(timer('carrier'))).toEqual(['end ABORTED C 0']);
    const announced = identified();
    announced.give(...hear(dcs()), V21_ON);
    expect(announced.give(abort, v21Frame(dcs()))).toEqual([]);
    expect(announced.give(V21_OFF, SENT)).toEqual(['send DCN', 'end ABORTED B 0']);
    const gone = trained();
    gone.give(...page(100), V21_ON, abort);
    expect(gone.give(v21Frame(frame('DCN')))).toEqual(['drop 0', 'end DCN_BEFORE_END C 0']);
  });

  test('lets a confirmation leave first, which counts', () => {
    const driver = trained();
    driver.give(...page(100), ...hear(frame('MPS')), stored(0));
    expect(driver.give(abort)).toEqual([]);
    expect(driver.give(SENT, SENT)).toEqual(['send DCN', 'end ABORTED D 1']);
    const last = trained();
    last.give(...page(100), ...hear(frame('EOP')), stored(0));
    expect(last.give(abort, SENT)).toEqual(['end OK E 1']);
  });
});
