import { describe, expect, test } from 'vitest';
import { afterFirstPage, run, stored, trained } from '../testing/calledStation.ts';
import {
  SENT,
  V21_OFF,
  V21_ON,
  dcs,
  frame,
  hear,
  hearDamaged,
  page,
  timer,
  v21Frame,
} from '../testing/handDriver.ts';

describe('a command that comes again', () => {
  test('answers a repeated EOP with MCF again and stores nothing twice', () => {
    run(trained(), [
      [page(100), ['listen']],
      [hear(frame('EOP')), ['listen', 'store 0']],
      [[stored(0)], ['send MCF']],
      [[SENT], ['listen']],
      [hear(frame('EOP')), ['send MCF']],
      [[SENT], ['listen']],
      [hear(frame('CRP')), ['send MCF']],
      [[SENT], ['listen']],
      [hear(frame('MPS')), ['listen']],
      [hear(dcs()), ['listen']],
      [hear(frame('DCN')), ['end OK E 1']],
    ]);
  });

  test('ends well with a sender that never hears MCF', () => {
    const driver = trained();
    driver.give(...page(100), ...hear(frame('EOP')), stored(0), SENT);
    for (let again = 0; again < 5; again++) {
      expect(driver.give(...hear(frame('EOP')), SENT)).toEqual(['send MCF', 'listen']);
    }
    expect(driver.give(...hear(frame('EOP')))).toEqual(['end OK E 1']);
  });

  test('answers a repeated MPS with MCF again while no page has come, and takes it for the next page’s later', () => {
    run(afterFirstPage(), [
      [hear(frame('MPS')), ['send MCF']],
      [[SENT], ['receive page 14400 short']],
      [page(50), ['listen']],
      [hear(frame('EOP')), ['listen', 'store 1']],
    ]);
    // T4 after our MCF the sender no longer repeats: this MPS is that of a page that was never heard.
    run(afterFirstPage(), [
      [[timer('T4')], []],
      [hear(frame('MPS')), ['drop 1', 'send RTN']],
    ]);
    // Neither does a sender close with another command than before.
    run(afterFirstPage(), [[hear(frame('EOP')), ['drop 1', 'send RTN']]]);
  });

  test('measures the time in which MPS can be a repetition from its MCF, whatever is heard meanwhile', () => {
    const noisy = afterFirstPage();
    expect(noisy.timers.get('T4')).toBe(4050);
    noisy.give(...hearDamaged());
    // It runs on: were it begun anew, the MPS of a page that was missed would be taken for the one before.
    noisy.give(timer('T4'));
    expect(noisy.give(...hear(frame('MPS')))).toEqual(['drop 1', 'send RTN']);
    // What began within that time is a repetition, though it ends later; what comes after it is none.
    const late = afterFirstPage();
    expect(late.give(V21_ON, timer('T4'), v21Frame(frame('MPS')), V21_OFF)).toEqual(['send MCF']);
    const later = afterFirstPage();
    later.give(V21_ON, timer('T4'), v21Frame(frame('MPS'), false), V21_OFF);
    expect(later.give(...hear(frame('MPS')))).toEqual(['drop 1', 'send RTN']);
    const undisturbed = afterFirstPage();
    undisturbed.give(...hearDamaged());
    expect(undisturbed.give(...hear(frame('MPS')))).toEqual(['send MCF']);
  });

  test('does not repeat the last page’s MCF at CRP once the next page has been heard', () => {
    // The sender waits for the answer to a command that we missed, and would count the page that is not stored.
    const driver = afterFirstPage();
    run(driver, [
      [page(80), ['listen']],
      [hear(frame('CRP')), ['listen']],
      [hear(frame('EOP')), ['listen', 'store 1']],
    ]);
    expect(driver.give(...hear(frame('CRP')))).toEqual(['listen']);
    expect(driver.give(stored(1), SENT, ...hear(frame('DCN')))).toEqual(['send MCF', 'listen', 'end OK E 2']);
    // Later than a repetition can come it may be a page of which nothing was heard.
    run(afterFirstPage(), [
      [[timer('T4')], []],
      [hear(frame('CRP')), ['receive page 14400 short']],
    ]);
    run(afterFirstPage(), [[hear(frame('CRP')), ['send MCF']]]);
    // CFR confirms nothing.
    run(trained(), [[hear(frame('CRP')), ['send CFR']]]);
  });

  test('does not repeat at CRP what it said before a DCS', () => {
    run(trained(), [
      [hear(dcs()), ['receive TCF 14400 long']],
      [hear(frame('CRP')), ['receive TCF 14400 long']],
    ]);
  });
});
