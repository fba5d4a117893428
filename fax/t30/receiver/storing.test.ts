import { describe, expect, test } from 'vitest';
import { beginAnswering, stepAnswerer } from '../answerer.ts';
import type { AnswererState } from '../answerer.ts';
import type { Input } from '../machine.ts';
import { testPlan } from '../testing/testPlans.ts';
import {
  HandDriver,
  SENT,
  START,
  STORED,
  V21_OFF,
  V21_ON,
  burst,
  dcs,
  frame,
  hear,
  hearDamaged,
  page,
  pps,
  tcf,
  timer,
  v21Frame,
} from '../testing/handDriver.ts';

const FAILED: Input = { type: 'pageNotStored', page: 0, detail: 'disk full' };

function storing(ecm: boolean): HandDriver<AnswererState> {
  const driver = new HandDriver(beginAnswering(testPlan()), stepAnswerer);
  driver.give(START, SENT, ...hear(dcs({ ecmFrameOctets: ecm ? 256 : null })), ...tcf(), SENT);
  if (ecm) driver.give(...burst(0, 1), ...hear(pps('EOP', 2)));
  else driver.give(...page(100), ...hear(frame('EOP')));
  return driver;
}

describe('a page without error correction that the host is slow to store', () => {
  test('is confirmed in the pause after the command, and while the sender speaks only after that', () => {
    expect(storing(false).give(STORED)).toEqual(['send MCF']);
    const speaking = storing(false);
    expect(speaking.give(V21_ON, STORED)).toEqual([]);
    expect(speaking.give(v21Frame(frame('EOP')), V21_OFF)).toEqual(['send MCF']);
  });

  test('is confirmed at the next repetition when the pause is over', () => {
    const driver = storing(false);
    expect(driver.give(timer('T4'), STORED)).toEqual(['listen']);
    expect(driver.give(...hear(frame('EOP')))).toEqual(['send MCF']);
  });

  test('has the pauses after three commands, then the call ends with DCN', () => {
    const driver = storing(false);
    driver.tellTimers = true;
    for (let again = 0; again < 2; again++) {
      expect(driver.give(timer('T4'))).toEqual(['listen', 'T2 7000']);
      expect(driver.give(...hear(frame('EOP'))).slice(-2)).toEqual(['listen', 'T4 2300']);
    }
    driver.tellTimers = false;
    expect(driver.give(timer('T4'))).toEqual(['drop 0', 'send DCN']);
    expect(driver.give(STORED)).toEqual([]);
    expect(driver.give(SENT)).toEqual(['end PAGE_NOT_STORED D 0']);
  });

  test('can still be confirmed in the pause after the third command', () => {
    const driver = storing(false);
    driver.give(timer('T4'), ...hear(frame('EOP')), timer('T4'), ...hear(frame('EOP')));
    expect(driver.give(STORED)).toEqual(['send MCF']);
  });

  test('is never confirmed to a command that was damaged, or to a sender that has gone', () => {
    const damaged = storing(false);
    damaged.give(timer('T4'), STORED);
    expect(damaged.give(...hearDamaged())).toEqual(['listen']);
    expect(damaged.give(timer('T2'), SENT)).toEqual(['drop 0', 'send DCN', 'end T2_NO_COMMAND D 0']);
    const gone = storing(false);
    gone.give(timer('T4'));
    expect(gone.give(timer('T2'), SENT)).toEqual(['drop 0', 'send DCN', 'end PAGE_NOT_STORED D 0']);
  });

  test('is not confirmed when storing fails, however late', () => {
    expect(storing(false).give(FAILED, SENT)).toEqual(['drop 0', 'send DCN', 'end PAGE_NOT_STORED D 0']);
    const late = storing(false);
    expect(late.give(timer('T4'), FAILED)).toEqual(['listen']);
    expect(late.give(...hear(frame('EOP')))).toEqual(['drop 0', 'send DCN']);
  });

  test('is not changed by another command, another page’s answer or a second one', () => {
    const driver = storing(false);
    expect(driver.give(...hear(frame('MPS')))).toEqual(['listen']);
    expect(driver.give(...hear(dcs()))).toEqual(['listen']);
    expect(driver.give({ type: 'pageStored', page: 1 })).toEqual([]);
    expect(driver.give(...hear(frame('EOP')), STORED, FAILED)).toEqual(['listen', 'send MCF']);
    expect(driver.give(SENT)).toEqual(['listen']);
  });
});

describe('noise while a page is being stored', () => {
  test('does not keep the answer back for longer than it lasts', () => {
    for (const ecm of [false, true]) {
      const driver = storing(ecm);
      expect(driver.give(V21_ON, STORED)).toEqual([]);
      expect(driver.give(V21_OFF)).toEqual(['send MCF']);
    }
  });
});

describe('a page with error correction that the host is slow to store', () => {
  test('is confirmed without RNR when it takes no longer than a moment', () => {
    const driver = storing(true);
    expect(driver.timers.get('T4')).toBe(1500);
    expect(driver.give(STORED)).toEqual(['send MCF']);
  });

  test('holds the sender with RNR, and is confirmed to an RR', () => {
    const driver = storing(true);
    expect(driver.give(timer('T4'))).toEqual(['send RNR']);
    expect(driver.give(SENT)).toEqual(['listen']);
    expect(driver.give(...hear(frame('RR')))).toEqual(['listen']);
    expect(driver.give(timer('T4'), SENT)).toEqual(['send RNR', 'listen']);
    // Not said into the silence: the next RR may begin at any moment.
    expect(driver.give(STORED)).toEqual([]);
    expect(driver.give(...hear(frame('RR')), SENT)).toEqual(['send MCF', 'listen']);
    expect(driver.timers.has('T5')).toBe(false);
    expect(driver.give(...hear(frame('RR')), SENT)).toEqual(['send MCF', 'listen']);
    expect(driver.give(...hear(frame('DCN')))).toEqual(['end OK E 1']);
  });

  test('says RNR as often as the hold takes, and hears a repeated PPS as RR', () => {
    const driver = storing(true);
    for (let again = 0; again < 12; again++) {
      expect(driver.give(timer('T4'), SENT)).toEqual(['send RNR', 'listen']);
      expect(driver.give(...hear(again % 2 === 0 ? frame('RR') : pps('EOP', 2)))).toEqual(['listen']);
    }
    expect(driver.give(STORED)).toEqual(['send MCF']);
  });

  test('answers CRP with what there is to say by now, never with the MCF before', () => {
    const driver = storing(true);
    expect(driver.give(...hear(frame('CRP')))).toEqual(['listen']);
    expect(driver.give(timer('T4'), SENT, ...hear(frame('CRP')))).toEqual(['send RNR', 'listen', 'listen']);
    expect(driver.give(STORED)).toEqual(['send MCF']);
  });

  test('takes an answer of the host while RNR is said', () => {
    const driver = storing(true);
    driver.give(timer('T4'), STORED, SENT);
    expect(driver.give(...hear(frame('RR')))).toEqual(['send MCF']);
  });

  test('gives up before T5 of the sender is over, at its next RR', () => {
    const driver = storing(true);
    driver.give(timer('T4'), SENT);
    expect(driver.timers.get('T5')).toBe(45_000);
    expect(driver.give(timer('T5'))).toEqual([]);
    expect(driver.events.at(-1)).toEqual({
      type: 'timeout',
      timer: 'T5',
      waitingFor: 'the page to be stored',
    });
    expect(driver.give(...hear(frame('RR')))).toEqual(['drop 0', 'send DCN']);
    expect(driver.give(SENT)).toEqual(['end PAGE_NOT_STORED D 0']);

    const waiting = storing(true);
    waiting.give(timer('T4'), SENT, ...hear(frame('RR')));
    expect(waiting.give(timer('T5'))).toEqual(['drop 0', 'send DCN']);
    const sending = storing(true);
    sending.give(timer('T4'));
    expect(sending.give(timer('T5'), SENT)).toEqual(['listen']);
    expect(sending.give(...hear(frame('RR')))).toEqual(['drop 0', 'send DCN']);
  });

  test('ends when the sender stops asking, and confirms nothing then', () => {
    const driver = storing(true);
    driver.give(timer('T4'), SENT, STORED);
    expect(driver.give(timer('T2'), SENT)).toEqual(['drop 0', 'send DCN', 'end T2_NO_COMMAND D 0']);
  });

  test('is never confirmed when storing fails', () => {
    expect(storing(true).give(FAILED, SENT)).toEqual(['drop 0', 'send DCN', 'end PAGE_NOT_STORED D 0']);
  });

  test('is not changed by another block or by EOR', () => {
    const driver = storing(true);
    expect(driver.give(...hear(pps('EOP', 2, 0, 1)))).toEqual(['listen']);
    expect(driver.give(...hear(frame('EOR', Uint8Array.of(0x2f))))).toEqual(['listen']);
    expect(driver.give(STORED)).toEqual(['send MCF']);
  });
});
