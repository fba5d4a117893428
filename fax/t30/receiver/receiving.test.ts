import { describe, expect, test } from 'vitest';
import { beginAnswering, stepAnswerer } from '../answerer.ts';
import type { AnswererState } from '../answerer.ts';
import type { Input } from '../machine.ts';
import { testPlan } from '../testing/testPlans.ts';
import type { PlanOptions } from '../testing/testPlans.ts';
import {
  FAST_OFF,
  FAST_ON,
  HandDriver,
  SENT,
  START,
  V21_OFF,
  V21_ON,
  dcs,
  frame,
  hear,
  hearDamaged,
  identity,
  page,
  tcf,
  timer,
  v21Frame,
} from './handDriver.ts';
import type { Script } from './handDriver.ts';

function station(options: PlanOptions = {}): HandDriver<AnswererState> {
  return new HandDriver(beginAnswering(testPlan(options)), stepAnswerer);
}

/** DIS was said and is being answered. */
function identified(options: PlanOptions = {}): HandDriver<AnswererState> {
  const driver = station(options);
  driver.give(START, SENT);
  return driver;
}

/** CFR was sent: the first page is awaited. */
function trained(options: PlanOptions = {}): HandDriver<AnswererState> {
  const driver = identified(options);
  driver.give(...hear(dcs()), ...tcf(), SENT);
  return driver;
}

function stored(page: number): Input {
  return { type: 'pageStored', page };
}

function run(driver: HandDriver<AnswererState>, script: Script): void {
  for (const [index, [inputs, expected]] of script.entries()) {
    expect(
      driver.give(...inputs),
      `step ${index}: ${JSON.stringify(inputs.map(({ type }) => type))}`,
    ).toEqual(expected);
  }
}

/** The first page, confirmed after MPS; the second is awaited. */
const FIRST_PAGE: Script = [
  [page(100), ['listen']],
  [hear(frame('MPS')), ['listen', 'store 0']],
  [[stored(0)], ['send MCF']],
  [[SENT], ['begin 1', 'receive page 14400 short']],
];

/** The same in a driver that goes on differently. */
function afterFirstPage(options: PlanOptions = {}): HandDriver<AnswererState> {
  const driver = trained(options);
  run(driver, FIRST_PAGE);
  return driver;
}

describe('a call without error correction', () => {
  test('takes two pages and ends with DCN', () => {
    const driver = station();
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
      [[timer('T4')], ['listen']],
      [hear(frame('MPS')), ['drop 1', 'send RTN']],
    ]);
  });

  test('waits a minute for the command after a carrier that was lost early', () => {
    const driver = trained();
    driver.give(...page(100, 0, { endSeen: false }));
    driver.tellTimers = true;
    expect(driver.give(timer('T4'))).toEqual(['listen', 'T2 60000']);
    expect(driver.give(timer('T2'), SENT)).toContain('end NO_POST_MESSAGE C 0');
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
    const ends = (driver: HandDriver<AnswererState>): string | undefined =>
      driver.give(...hear(frame('DCN'))).at(-1);
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
  function afterEom(): HandDriver<AnswererState> {
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

/** Bits 11 to 14 all set. */
const UNKNOWN_RATE = frame('DCS', Uint8Array.of(0, 0x3e, 0));

describe('the training', () => {
  test('is answered with FTT when it is bad, and CFR when it is good at last', () => {
    run(identified(), [
      [hear(dcs()), ['receive TCF 14400 long']],
      [tcf(false), ['send FTT']],
      [[SENT], ['listen']],
      [hear(dcs({ rate: { modulation: 'V.29', rateBps: 9600 } })), ['receive TCF 9600 long']],
      [tcf(), ['send CFR']],
      [[SENT], ['begin 0', 'receive page 9600 short']],
      // CFR was not heard.
      [hear(dcs({ rate: { modulation: 'V.29', rateBps: 9600 } })), ['receive TCF 9600 long']],
      [tcf(), ['send CFR']],
      [[SENT], ['receive page 9600 short']],
    ]);
  });

  test('is not lost for what was taken for V.21 before it', () => {
    run(identified(), [
      [hear(dcs()), ['receive TCF 14400 long']],
      [[V21_ON, ...tcf()], ['send CFR']],
      [[SENT], ['begin 0', 'receive page 14400 short']],
      [[V21_ON, ...page(100)], ['listen']],
      [[V21_ON, FAST_ON], []],
      [
        [v21Frame(frame('EOP')), V21_OFF],
        ['listen', 'store 0'],
      ],
    ]);
    const answeredByV21 = identified();
    answeredByV21.give(...hear(dcs()), FAST_ON, V21_ON);
    expect(answeredByV21.give(...tcf().slice(1))).toEqual([]);
    expect(answeredByV21.give(v21Frame(dcs()), V21_OFF)).toEqual(['receive TCF 14400 long']);
    const arriving = trained();
    arriving.give(V21_ON, FAST_ON);
    expect([...arriving.timers.keys()]).toEqual(['carrier']);
    const aborted = trained();
    aborted.give(V21_ON, { type: 'abort', detail: '' });
    expect(aborted.give(FAST_ON)).toEqual(['drop 0', 'send DCN']);
  });

  test('that announces another form begins the page anew', () => {
    run(trained(), [
      [hear(dcs({ coding: 'MR' })), ['receive TCF 14400 long']],
      [tcf(), ['send CFR']],
      [[SENT], ['begin 0', 'receive page 14400 short']],
      [hear(dcs({ coding: 'MR', rate: { modulation: 'V.29', rateBps: 7200 } })), ['receive TCF 7200 long']],
      [tcf(), ['send CFR']],
      [[SENT], ['receive page 7200 short']],
    ]);
  });

  test('is answered with FTT when no carrier came, or one that does not end', () => {
    const driver = identified();
    driver.tellTimers = true;
    expect(driver.give(...hear(dcs())).slice(-2)).toEqual(['receive TCF 14400 long', 'carrier 4500']);
    expect(driver.give(timer('carrier'))).toEqual(['send FTT', 'carrier 20000']);
    driver.give(SENT, ...hear(dcs()));
    expect(driver.give(FAST_ON)).toEqual(['carrier 5000']);
    expect(driver.give(FAST_OFF)).toEqual([]);
    expect(driver.give(timer('carrier'))).toEqual(['send FTT', 'carrier 20000']);
  });

  test('waits for TCF again after V.21 without a usable frame, and takes a DCS that comes instead', () => {
    run(identified(), [
      [hear(dcs()), ['receive TCF 14400 long']],
      [hearDamaged(), ['receive TCF 14400 long']],
      [hear(dcs({ rate: { modulation: 'V.17', rateBps: 12_000 } })), ['receive TCF 12000 long']],
      [tcf(), ['send CFR']],
    ]);
  });

  test('ends as never good when TCF was heard, as never heard when not', () => {
    for (const [inputs, code] of [
      [tcf(false), 'TCF_NEVER_GOOD'],
      [[timer('carrier')], 'TRAINING_NOT_HEARD'],
    ] as const) {
      const byDcn = identified();
      byDcn.give(...hear(dcs()), ...inputs, SENT);
      expect(byDcn.give(...hear(frame('DCN')))).toEqual([`end ${code} B 0`]);

      const bySilence = identified();
      bySilence.give(...hear(dcs()), ...inputs, SENT);
      expect(bySilence.give(timer('T2'), SENT)).toEqual(['send DCN', `end ${code} B 0`]);

      const byNumber = identified();
      for (let time = 0; time < 16; time++) byNumber.give(...hear(dcs()), ...inputs, SENT);
      expect(byNumber.give(...hear(dcs()), ...inputs, SENT).slice(-2)).toEqual([
        'send DCN',
        `end ${code} B 0`,
      ]);
    }
  });

  test('ends a call in which CFR is never heard', () => {
    const driver = identified();
    const told: string[] = [];
    for (let time = 0; time < 7; time++) told.push(...driver.give(...hear(dcs()), ...tcf(), SENT));
    expect(told.filter((one) => one === 'send CFR')).toHaveLength(6);
    expect(told.at(-1)).toBe('end TOO_MANY_REPEATS B 0');
  });

  test('that is now good, now bad has an end after sixty answers', () => {
    const driver = identified();
    const told: string[] = [];
    for (let time = 0; time < 31; time++) {
      told.push(
        ...driver.give(...hear(dcs()), ...tcf(false), SENT),
        ...driver.give(...hear(dcs()), ...tcf(), SENT),
      );
    }
    expect(told.filter((one) => one === 'send CFR' || one === 'send FTT')).toHaveLength(60);
    expect(told.at(-1)).toBe('end TOO_MANY_REPEATS B 0');
  });

  test.each([
    ['MR and fine', dcs({ coding: 'MR', resolution: 'R8x15.4' }), true],
    ['a wider page than fits', dcs({ width: 303 }), false],
    ['a resolution that we do not have', dcs({ resolution: '300x300' }), false],
    ['JBIG', dcs({ unsupported: ['JBIG'] }), false],
    ['a rate that nobody knows', UNKNOWN_RATE, false],
  ])('considers a DCS with %s', (_, octets, acceptable) => {
    const driver = identified();
    const told = driver.give(...hear(octets), ...(acceptable ? tcf() : [timer('carrier')]));
    expect(told.at(-1)).toBe(acceptable ? 'send CFR' : 'send CSI DIS');
  });

  test('says DIS again to a DCS that it cannot take, twice, then DCN; never into the TCF', () => {
    run(identified(), [
      [hear(dcs({ width: 303 })), ['receive TCF 14400 long']],
      [tcf(), ['send CSI DIS']],
      [[SENT], ['listen']],
      [hear(UNKNOWN_RATE), ['listen']],
      [[timer('carrier')], ['send CSI DIS']],
      [[SENT], ['listen']],
      [hear(dcs({ width: 303 })), ['receive TCF 14400 long']],
      [tcf(), ['send DCN']],
      [[SENT], ['end PARAMETERS_REFUSED B 0']],
    ]);
    const gone = identified();
    gone.give(...hear(dcs({ width: 303 })), ...tcf(), SENT);
    expect(gone.give(timer('T2'), SENT)).toEqual(['send DCN', 'end PARAMETERS_REFUSED B 0']);
    const refusing = identified();
    refusing.give(...hear(dcs({ width: 303 })), ...tcf(), SENT);
    expect(refusing.give(...hear(frame('DCN')))).toEqual(['end PARAMETERS_REFUSED B 0']);
  });

  test('refuses error correction when this station has none, and a rate it has not', () => {
    const without = identified({ capabilities: { ecm: false } });
    expect(without.give(...hear(dcs({ ecmFrameOctets: 256 })), ...tcf()).at(-1)).toBe('send CSI DIS');
    const slow = identified({ limits: { receiveRates: [{ modulation: 'V.29', rateBps: 9600 }] } });
    expect(slow.give(...hear(dcs()), ...tcf()).at(-1)).toBe('send CSI DIS');
  });

  test.each([
    ['no password', [dcs()], false],
    ['another password', [identity('SID', '4321'), dcs()], false],
    ['the password in SID', [identity('SID', '1234'), dcs()], true],
    ['the password in PWD', [identity('PWD', '1234'), dcs()], true],
    ['the password in SUB', [identity('SUB', '1234'), dcs()], false],
  ])('with a password wanted and %s given', (_, frames, welcome) => {
    const driver = identified({ answer: { receivePassword: '1234' } });
    expect(driver.give(...hear(...frames), ...tcf()).at(-1)).toBe(welcome ? 'send CFR' : 'send DCN');
    if (!welcome) expect(driver.give(SENT)).toEqual(['end PASSWORD_REFUSED B 0']);
  });

  test('is refused by a station that takes no documents', () => {
    const driver = identified({ answer: { receives: false } });
    expect(driver.give(...hear(dcs()), ...tcf(), SENT)).toEqual([
      'receive TCF 14400 long',
      'send DCN',
      'end CANNOT_RECEIVE B 0',
    ]);
  });
});

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
    expect(endless.give(abort, timer('frame'))).toEqual(['drop 0', 'send DCN']);
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
