import { describe, expect, test } from 'vitest';
import { identified, run, trained } from '../testing/calledStation.ts';
import {
  FAST_OFF,
  FAST_ON,
  SENT,
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
} from '../testing/handDriver.ts';

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
      'end PARAMETERS_REFUSED B 0',
    ]);
  });
});
