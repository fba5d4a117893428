import { describe, expect, test } from 'vitest';
import {
  FIRST_PAGE,
  afterFirstPage,
  calledStation,
  identified,
  run,
  stored,
  trained,
} from '../testing/calledStation.ts';
import type { CalledStation } from '../testing/calledStation.ts';
import {
  FAST_ON,
  SENT,
  SILENT,
  START,
  dcs,
  frame,
  hear,
  hearDamaged,
  identity,
  page,
  tcf,
  timer,
} from '../testing/handDriver.ts';
import type { Script } from '../testing/handDriver.ts';

describe('a call without error correction', () => {
  test('takes two pages and ends with DCN', () => {
    const driver = calledStation();
    run(driver, [
      [[START], ['send CSI DIS']],
      [[SENT], ['listen']],
      [hear(identity('TSI', '123'), dcs()), ['receive TCF 14400 long']],
      [tcf(), ['send CFR']],
      [[SENT], ['begin 0', 'receive page 14400 short']],
      ...FIRST_PAGE,
      [page(80), ['listen']],
      [hear(frame('EOP')), ['listen', 'store 1']],
      [[stored(1)], ['send MCF']],
      [[SENT], ['listen']],
      [hear(frame('DCN')), ['end OK E 2']],
    ]);
    expect(driver.events).toContainEqual({ type: 'remoteIdentity', frame: 'TSI', id: '123' });
    expect(driver.events.filter(({ type }) => type === 'pageConfirmed')).toHaveLength(2);
    expect(driver.events.at(-1)?.type).toBe('ended');
    expect(driver.give(START, SENT, timer('T1'), ...hear(dcs()))).toEqual([]);
  });

  test('is a success also when no DCN follows the last MCF, the line goes, or a person hangs up', () => {
    for (const last of [
      timer('T2'),
      { type: 'lineLost', detail: 'gone' },
      { type: 'abort', detail: '' },
    ] as const) {
      run(trained(), [
        [page(100), ['listen']],
        [hear(frame('EOP')), ['listen', 'store 0']],
        [[stored(0)], ['send MCF']],
        [[SENT], ['listen']],
        [[last], ['end OK E 1']],
      ]);
    }
  });

  test('goes on waiting for the page when its carrier was none: CONNECT, then NO CARRIER at once', () => {
    const falseStart = page(0, 0, { endSeen: false });
    run(trained(), [
      [falseStart, ['begin 0', 'receive page 14400 short']],
      [falseStart, ['begin 0', 'receive page 14400 short']],
      [page(100, 0, { endSeen: true }), ['listen']],
      [hear(frame('EOP')), ['listen', 'store 0']],
    ]);
    run(trained(), [
      [falseStart, ['begin 0', 'receive page 14400 short']],
      [hear(frame('EOP')), ['drop 0', 'send RTN']],
    ]);
    // It was no carrier, but the sender may have heard our MCF: what follows is the next page's command.
    run(afterFirstPage(), [
      [falseStart, ['begin 1', 'receive page 14400 short']],
      [hear(frame('MPS')), ['drop 1', 'send RTN']],
    ]);
    const endless = trained();
    for (let again = 0; again < 12; again++) endless.give(...falseStart);
    expect(endless.give(...falseStart, SENT)).toEqual(['drop 0', 'send DCN', 'end TOO_MANY_REPEATS C 0']);
  });

  test('waits for the post-message command although no page was heard', () => {
    run(trained(), [
      [[timer('carrier')], ['listen']],
      [hear(frame('EOP')), ['drop 0', 'send RTN']],
      [[SENT], ['listen']],
      [hear(dcs()), ['receive TCF 14400 long']],
      [tcf(), ['send CFR']],
      [[SENT], ['begin 0', 'receive page 14400 short']],
      [hear(frame('EOP')), ['drop 0', 'send DCN']],
      [[SENT], ['end PAGE_QUALITY D 0']],
    ]);
    run(trained(), [
      [[timer('carrier')], ['listen']],
      [[timer('T2')], ['drop 0', 'send DCN']],
      [[SENT], ['end PAGE_NO_CARRIER C 0']],
    ]);
    run(trained(), [
      [page(100), ['listen']],
      [[timer('T2')], ['drop 0', 'send DCN']],
      [[SENT], ['end NO_POST_MESSAGE C 0']],
    ]);
  });

  test('gives up a carrier that never ends', () => {
    const driver = trained();
    expect(driver.timers.get('carrier')).toBe(7000);
    run(driver, [
      [[FAST_ON, FAST_ON], []],
      [[timer('T2')], []],
    ]);
    expect(driver.timers.get('carrier')).toBe(1_200_000);
    run(driver, [
      [[timer('carrier')], ['listen']],
      [hear(frame('EOP')), ['drop 0', 'send RTN']],
    ]);
    run(trained(), [
      [[FAST_ON], []],
      [[timer('carrier')], ['listen']],
      [
        [timer('T2'), SENT],
        ['drop 0', 'send DCN', 'end PAGE_BROKEN_OFF C 0'],
      ],
    ]);
  });

  test('begins a page anew when DCS comes instead of its command', () => {
    run(trained(), [
      [page(100), ['listen']],
      [hear(dcs()), ['receive TCF 14400 long']],
      [tcf(), ['send CFR']],
      [[SENT], ['begin 0', 'receive page 14400 short']],
    ]);
  });

  test.each([
    ['95 % of its rows good', page(100, 5), ['listen', 'store 0']],
    ['94 % of its rows good', page(100, 6), ['drop 0', 'send RTN']],
    ['five bad rows in a row', page(1000, 5, { run: 5 }), ['listen', 'store 0']],
    ['six bad rows in a row', page(1000, 6, { run: 6 }), ['drop 0', 'send RTN']],
    ['no row at all', page(0), ['drop 0', 'send RTN']],
    ['one row', page(1), ['listen', 'store 0']],
  ])('judges a page with %s', (_, pageInputs, expected) => {
    const driver = trained();
    driver.give(...pageInputs);
    expect(driver.give(...hear(frame('EOP')))).toEqual(expected);
  });

  test('refuses a page three times, then no more', () => {
    const driver = trained();
    for (let time = 0; time < 3; time++) {
      run(driver, [
        [page(100, 50), ['listen']],
        [hear(frame('MPS')), ['drop 0', 'send RTN']],
        [[SENT], ['listen']],
        [hear(frame('MPS')), ['send RTN']],
        [[SENT], ['listen']],
        [hear(dcs({ rate: { modulation: 'V.29', rateBps: 9600 } })), ['receive TCF 9600 long']],
        [tcf(), ['send CFR']],
        [[SENT], ['begin 0', 'receive page 9600 short']],
      ]);
    }
    run(driver, [
      [page(100, 50), ['listen']],
      [hear(frame('MPS')), ['drop 0', 'send DCN']],
      [[SENT], ['end PAGE_QUALITY D 0']],
    ]);
  });

  test('takes the same page again after RTN, and ends as PAGE_QUALITY when it does not come', () => {
    const refused: Script = [
      [page(100, 50), ['listen']],
      [hear(frame('MPS')), ['drop 0', 'send RTN']],
      [[SENT], ['listen']],
    ];
    run(trained(), [...refused, [hear(frame('DCN')), ['end PAGE_QUALITY D 0']]]);
    run(trained(), [...refused, [[timer('T2')], ['send DCN']], [[SENT], ['end PAGE_QUALITY D 0']]]);
    run(trained(), [
      ...refused,
      [hear(dcs()), ['receive TCF 14400 long']],
      [tcf(), ['send CFR']],
      [[SENT], ['begin 0', 'receive page 14400 short']],
      [page(100), ['listen']],
      [hear(frame('EOP')), ['listen', 'store 0']],
      [[stored(0)], ['send MCF']],
      [[SENT], ['listen']],
      [hear(frame('DCN')), ['end OK E 1']],
    ]);
  });

  test('confirms a passable page with RTP and trains anew', () => {
    const driver = trained({
      profile: { copyQuality: { minGoodPercent: 90, maxBadRun: 5, retrainBelowPercent: 97 } },
    });
    run(driver, [
      [page(100, 4), ['listen']],
      [hear(frame('MPS')), ['listen', 'store 0']],
      [[stored(0)], ['send RTP']],
      [[SENT], ['listen']],
      [hear(frame('MPS')), ['send RTP']],
      [[SENT], ['listen']],
      [hear(dcs()), ['receive TCF 14400 long']],
      [tcf(), ['send CFR']],
      [[SENT], ['begin 1', 'receive page 14400 short']],
      [page(100, 3), ['listen']],
      [hear(frame('MPS')), ['listen', 'store 1']],
      [[stored(1)], ['send MCF']],
      [[SENT], ['begin 2', 'receive page 14400 short']],
      [page(1000, 31), ['listen']],
      [hear(frame('EOP')), ['listen', 'store 2']],
      [[stored(2)], ['send RTP']],
      [[SENT], ['listen']],
      [hear(frame('DCN')), ['end OK E 3']],
    ]);
    const silent = trained({
      profile: { copyQuality: { minGoodPercent: 90, maxBadRun: 5, retrainBelowPercent: 97 } },
    });
    silent.give(...page(100, 4), ...hear(frame('MPS')), stored(0), SENT);
    expect(silent.give(timer('T2'), SENT)).toEqual(['send DCN', 'end T2_NO_COMMAND D 1']);
  });

  test('refuses a page that lacks RTC, but takes the second one of a sender that never says it', () => {
    run(trained(), [
      [page(100, 0, { endSeen: false }), ['listen']],
      [hear(frame('MPS')), ['drop 0', 'send RTN']],
      [[SENT], ['listen']],
      [hear(dcs()), ['receive TCF 14400 long']],
      [tcf(), ['send CFR']],
      [[SENT], ['begin 0', 'receive page 14400 short']],
      [page(100, 0, { endSeen: false }), ['listen']],
      [hear(frame('MPS')), ['listen', 'store 0']],
      [[stored(0)], ['send MCF']],
      [[SENT], ['begin 1', 'receive page 14400 short']],
      // A second later than a sender says its command, the carrier must have been lost early.
      [page(100, 0, { endSeen: false }), ['listen']],
      [[timer('T4')], ['sense']],
      [[SILENT], ['listen']],
      [hear(frame('MPS')), ['drop 1', 'send RTN']],
    ]);
  });

  test('does not take a bad page without RTC for the habit of its sender', () => {
    const driver = trained();
    for (const rows of [page(100, 90, { endSeen: false }), page(100, 0, { endSeen: false })]) {
      driver.give(...rows);
      expect(driver.give(...hear(frame('EOP')), SENT)).toEqual(['drop 0', 'send RTN', 'listen']);
      driver.give(...hear(dcs()), ...tcf(), SENT);
    }
    driver.give(...page(100, 0, { endSeen: false }));
    expect(driver.give(...hear(frame('EOP')))).toEqual(['listen', 'store 0']);
  });

  test.each([
    ['PRI-MPS', ['begin 1', 'receive page 14400 short']],
    ['PRI-EOP', ['listen']],
    ['PRI-EOM', ['listen']],
    ['EOS', ['listen']],
  ] as const)('treats %s as what it is without an operator', (name, expected) => {
    const driver = trained();
    driver.give(...page(100), ...hear(frame(name)));
    expect(driver.give(stored(0))).toEqual(['send MCF']);
    expect(driver.give(SENT)).toEqual(expected);
  });

  test('passes over commands of error correction, echoes and damaged frames, and waits on', () => {
    run(trained(), [
      [page(100), ['listen']],
      [hear(frame('PPS', Uint8Array.of(0x2f, 0, 0, 1))), ['listen']],
      [hear(frame('RR')), ['listen']],
      [hear(frame('EOR', Uint8Array.of(0x2f))), ['listen']],
      [hear(frame('CTC', Uint8Array.of(0, 0))), ['listen']],
      [hear(frame('MCF')), ['listen']],
      [hear(frame('DTC')), ['listen']],
      [hearDamaged(), ['listen']],
      [hear(frame('EOP')), ['listen', 'store 0']],
    ]);
  });

  test('gives up a line that brings carriers without a command for ever', () => {
    const driver = trained();
    driver.give(...page(100));
    const told: string[] = [];
    for (let time = 0; time < 13; time++) told.push(...driver.give(...hearDamaged()));
    expect(told.slice(-2)).toEqual(['drop 0', 'send DCN']);
    expect(driver.give(SENT)).toEqual(['end TOO_MANY_REPEATS C 0']);

    const confirmed = trained();
    confirmed.give(...page(100), ...hear(frame('EOP')), stored(0), SENT);
    for (let time = 0; time < 12; time++) confirmed.give(...hearDamaged());
    expect(confirmed.give(...hearDamaged())).toEqual(['end OK E 1']);
  });

  test('bears a damaged command with every page of a long document', () => {
    const driver = trained();
    for (let number = 0; number < 30; number++) {
      driver.give(...page(100), ...hearDamaged(), ...hear(frame('MPS')));
      expect(driver.give(stored(number))).toEqual(['send MCF']);
      driver.give(SENT);
    }
    expect(driver.give(...hear(frame('DCN')))).toEqual(['drop 30', 'end DCN_BEFORE_END C 30']);
  });

  test('ends at DCN with the name of the place', () => {
    const ends = (driver: CalledStation): string | undefined => driver.give(...hear(frame('DCN'))).at(-1);
    const training = identified();
    training.give(...hear(dcs()));
    expect(ends(training)).toBe('end DCN_BEFORE_END B 0');
    expect(ends(trained())).toBe('end DCN_BEFORE_END C 0');
    expect(ends(afterFirstPage())).toBe('end DCN_BEFORE_END C 1');
    const over = trained();
    over.give(...page(100));
    expect(ends(over)).toBe('end DCN_BEFORE_END C 0');
    const storing = trained();
    storing.give(...page(100), ...hear(frame('EOP')));
    expect(storing.give(...hear(frame('DCN')))).toEqual(['drop 0', 'end DCN_BEFORE_END D 0']);
  });
});

describe('the end of a document with EOM', () => {
  function afterEom(): CalledStation {
    const driver = trained();
    driver.give(...page(100), ...hear(frame('EOM')), stored(0), SENT);
    return driver;
  }

  test('is followed by DIS after T2, and a repeated EOM until then by MCF', () => {
    run(afterEom(), [
      [hear(frame('EOM')), ['send MCF']],
      [[SENT], ['listen']],
      [[timer('T2')], ['send CSI DIS']],
      [[SENT], ['listen']],
      [hear(dcs()), ['receive TCF 14400 long']],
      [tcf(), ['send CFR']],
      [[SENT], ['begin 1', 'receive page 14400 short']],
    ]);
  });

  test('is followed by the training at once when the sender does not wait for DIS', () => {
    run(afterEom(), [
      [hear(dcs()), ['receive TCF 14400 long']],
      [tcf(), ['send CFR']],
    ]);
  });

  test('is confirmed six times, to a sender that never hears it, and then the call ends', () => {
    const driver = afterEom();
    for (let time = 0; time < 5; time++)
      expect(driver.give(...hear(frame('EOM')), SENT)).toContain('send MCF');
    expect(driver.give(...hear(frame('EOM')), SENT)).toEqual(['send DCN', 'end TOO_MANY_REPEATS D 1']);
  });

  test('has an end of its own when nothing follows', () => {
    const driver = afterEom();
    driver.give(timer('T2'), SENT);
    expect(driver.give(timer('T1'), SENT)).toEqual(['send DCN', 'end T1_AFTER_EOM B 1']);
    expect(afterEom().give(...hear(frame('DCN')))).toEqual(['end DCN_BEFORE_END D 1']);
  });
});
