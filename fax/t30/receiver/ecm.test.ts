import { describe, expect, test } from 'vitest';
import { beginAnswering, stepAnswerer } from '../answerer.ts';
import type { AnswererState } from '../answerer.ts';
import { buildFrame, parseFrame } from '../frames/frame.ts';
import { parsePpr } from '../frames/postMessage.ts';
import type { Effect, Input } from '../machine.ts';
import type { FastRate } from '../parameters.ts';
import { testPlan } from '../testing/testPlans.ts';
import {
  FAST_OFF,
  FAST_ON,
  HandDriver,
  SENT,
  START,
  V17_14400,
  burst,
  ctc,
  dcs,
  eor,
  fastFrame,
  fcd,
  frame,
  hear,
  hearDamaged,
  pps,
  tcf,
  timer,
  upTo,
} from './handDriver.ts';
import type { Script } from './handDriver.ts';

interface Station {
  driver: HandDriver<AnswererState>;
  effects: Effect[];
}

/** CFR was sent: the first block is awaited. */
function ready(ecmFrameOctets: 256 | 64 = 256, rate: FastRate = V17_14400): Station {
  const effects: Effect[] = [];
  const driver = new HandDriver(beginAnswering(testPlan()), (state: AnswererState, input: Input) => {
    const step = stepAnswerer(state, input);
    effects.push(...step.effects);
    return step;
  });
  driver.give(START, SENT, ...hear(dcs({ ecmFrameOctets, rate })), ...tcf(), SENT);
  return { driver, effects };
}

function run({ driver }: Station, script: Script): void {
  for (const [index, [inputs, expected]] of script.entries()) {
    expect(
      driver.give(...inputs),
      `step ${index}: ${JSON.stringify(inputs.map(({ type }) => type))}`,
    ).toEqual(expected);
  }
}

function stored(page: number): Input {
  return { type: 'pageStored', page };
}

/** Frame numbers that the last PPR wants, within the block. */
function wanted({ effects }: Station, total: number): number[] {
  for (const effect of effects.toReversed()) {
    const octets = effect.type === 'sendFrames' ? effect.frames[0] : undefined;
    const parsed = octets === undefined ? null : parseFrame(octets);
    const map = parsed === null ? null : parsePpr(parsed);
    if (map !== null) {
      expect(map.slice(total).every(Boolean)).toBe(true);
      return map.slice(0, total).flatMap((one, number) => (one ? [number] : []));
    }
  }
  return [];
}

function dataOf({ effects }: Station): number[] {
  return effects.flatMap((effect) => (effect.type === 'pageData' ? [...effect.octets] : []));
}

/** Ready again for the burst that PPR asked for. */
const AGAIN: Script[number] = [[SENT], ['receive ECM 14400 short']];

describe('a block', () => {
  test('is given to the host when whole, and the page confirmed when stored', () => {
    const station = ready();
    run(station, [
      [burst(0, 1, [2, 100]), ['listen']],
      [hear(pps('EOP', 3)), ['data 0 612', 'listen', 'store 0']],
      [[stored(0)], ['send MCF']],
      [[SENT], ['listen']],
      [hear(frame('DCN')), ['end OK E 1']],
    ]);
    expect(dataOf(station)).toEqual([
      ...new Uint8Array(256).fill(1),
      ...new Uint8Array(256).fill(2),
      ...new Uint8Array(100).fill(3),
    ]);
  });

  test('takes frames in any order and twice, in bursts that were asked for', () => {
    const station = ready();
    run(station, [[burst(3, 1, 1, [4, 10]), ['listen']], [hear(pps('EOP', 5)), ['send PPR']], AGAIN]);
    expect(wanted(station, 5)).toEqual([0, 2]);
    run(station, [
      [burst(2, 3), ['listen']],
      // In a repetition PPS counts the frames of that burst only.
      [hear(pps('EOP', 1)), ['send PPR']],
      AGAIN,
    ]);
    expect(wanted(station, 5)).toEqual([0]);
    run(station, [
      [burst(0), ['listen']],
      [hear(pps('EOP', 1)), [`data 0 ${4 * 256 + 10}`, 'listen', 'store 0']],
    ]);
    expect(station.driver.events).toContainEqual({
      type: 'blockReceived',
      page: 0,
      block: 0,
      frames: 5,
      missing: 2,
    });
  });

  test('of 256 frames is asked for as a whole when nothing came, heard or not', () => {
    const unheard = ready();
    run(unheard, [[hear(pps('NULL', 256)), ['send PPR']]]);
    expect(wanted(unheard, 256)).toEqual(upTo(256));
    const garbled = ready();
    run(garbled, [
      [[FAST_ON, fastFrame(fcd(0, new Uint8Array(256)), false), FAST_OFF], ['receive ECM 14400 short']],
      [hear(pps('EOP', 2)), ['send PPR']],
      AGAIN,
      [burst(0, 1), ['listen']],
      [hear(pps('EOP', 2)), ['data 0 512', 'listen', 'store 0']],
    ]);
  });

  test('is known by its highest frame when PPS counts fewer', () => {
    const station = ready();
    station.driver.give(...burst(0, 3), ...hear(pps('EOP', 2)));
    expect(wanted(station, 4)).toEqual([1, 2]);
  });

  test('asks again for a frame of another length, but for the last', () => {
    const station = ready();
    run(station, [[burst(0, [1, 255], 2, [3, 1]), ['listen']], [hear(pps('EOP', 4)), ['send PPR']], AGAIN]);
    expect(wanted(station, 4)).toEqual([1]);
    run(station, [
      [burst(1), ['listen']],
      [hear(pps('EOP', 1)), ['data 0 769', 'listen', 'store 0']],
    ]);
  });

  test.each([
    [64, 64, 'data 0 192'],
    [256, 64, 'data 0 192'],
    [64, 256, 'data 0 768'],
  ] as const)('announced with %i octets a frame is taken with %i', (announced, octets, data) => {
    run(ready(announced), [
      [burst([0, octets], [1, octets], [2, octets]), ['listen']],
      [hear(pps('EOP', 3)), [data, 'listen', 'store 0']],
    ]);
  });

  test('passes over impossible frames', () => {
    const station = ready();
    run(station, [
      [
        [
          FAST_ON,
          fastFrame(fcd(0, new Uint8Array(256))),
          fastFrame(fcd(1, new Uint8Array(257))),
          fastFrame(fcd(1, new Uint8Array(0))),
          fastFrame(Uint8Array.of(0xff, 0x03, 0x06)),
          fastFrame(Uint8Array.of(0xff)),
          fastFrame(buildFrame('MCF', { x: false })),
          FAST_OFF,
        ],
        ['receive ECM 14400 short'],
      ],
      [hear(pps('EOP', 2)), ['send PPR']],
    ]);
    expect(wanted(station, 2)).toEqual([1]);
  });

  test('is confirmed again to a repeated PPS, and given once', () => {
    run(ready(), [
      [burst(...upTo(256)), ['listen']],
      [hear(pps('NULL', 256)), ['data 0 65536', 'send MCF']],
      [[SENT], ['receive ECM 14400 short']],
      [hear(pps('NULL', 256)), ['send MCF']],
      [[SENT], ['receive ECM 14400 short']],
      [hear(frame('RR')), ['send MCF']],
      [[SENT], ['receive ECM 14400 short']],
      // A late PPR made the sender repeat frames of it.
      [burst(7), ['listen']],
      [hear(pps('NULL', 1)), ['send MCF']],
      [[SENT], ['receive ECM 14400 short']],
      [burst([0, 9]), ['listen']],
      [hear(pps('EOP', 1, 0, 1)), ['data 0 9', 'listen', 'store 0']],
      [[stored(0)], ['send MCF']],
      [[SENT], ['listen']],
      [hear(pps('EOP', 1, 0, 1)), ['send MCF']],
      [[SENT], ['listen']],
      [hear(pps('EOP', 1, 0, 2)), ['listen']],
      [hear(frame('DCN')), ['end OK E 1']],
    ]);
  });

  test('is not mixed up with the one before when that PPS comes late', () => {
    run(ready(), [
      [burst(0), ['listen']],
      [hear(pps('NULL', 1)), ['data 0 256', 'send MCF']],
      [[SENT], ['receive ECM 14400 short']],
      [burst(1), ['listen']],
      [hear(pps('NULL', 1)), ['listen']],
      [hear(pps('EOP', 2, 0, 1)), ['send PPR']],
    ]);
  });

  test('that was left out tears the page: the call ends', () => {
    const station = ready();
    run(station, [
      [burst(0), ['listen']],
      [hear(pps('NULL', 1)), ['data 0 256', 'send MCF']],
      [[SENT], ['receive ECM 14400 short']],
      [burst(0), ['listen']],
      [hear(pps('EOP', 1, 0, 2)), ['drop 0', 'send DCN']],
      [[SENT], ['end PAGE_BROKEN_OFF C 0']],
    ]);
  });

  test('counts wrap around at 256', () => {
    const station = ready();
    station.driver.give(...burst(0), ...hear(pps('NULL', 1, 255, 255)), SENT);
    run(station, [
      [burst(1), ['listen']],
      [hear(pps('MPS', 1, 255, 0)), ['send PPR']],
      AGAIN,
      [burst(0), ['listen']],
      [hear(pps('MPS', 1, 255, 0)), ['data 0 512', 'listen', 'store 0']],
      [[stored(0)], ['send MCF']],
      [[SENT], ['begin 1', 'receive ECM 14400 short']],
      [burst([0, 3]), ['listen']],
      [hear(pps('EOP', 1, 0, 0)), ['data 1 3', 'listen', 'store 1']],
    ]);
  });

  test('is waited for as long as T1, its end as long as a block lasts, PPS as long as T2', () => {
    const { driver } = ready();
    expect(driver.timers.get('carrier')).toBe(35_000);
    driver.give(FAST_ON);
    expect(driver.timers.get('carrier')).toBe(48_302);
    driver.give(fastFrame(frame('RCP')));
    expect(driver.timers.get('carrier')).toBe(2000);
    expect(driver.give(FAST_OFF)).toEqual(['listen']);
    expect(driver.timers.get('T2')).toBe(7000);
    expect(driver.give(timer('T2'), SENT)).toEqual(['drop 0', 'send DCN', 'end PAGE_NO_CARRIER C 0']);
  });

  test('that never comes ends the call, but its PPS is still awaited', () => {
    const station = ready();
    run(station, [
      [[timer('carrier')], ['listen']],
      [hear(pps('EOP', 3)), ['send PPR']],
      AGAIN,
      [[timer('carrier')], ['listen']],
      [[timer('T2')], ['drop 0', 'send DCN']],
    ]);
    expect(station.driver.give(SENT)).toEqual(['end PAGE_NO_CARRIER C 0']);
  });

  test('that was not heard may last minutes at a low rate, until its PPS', () => {
    for (const [rateBps, ms] of [
      [14_400, 13_302],
      [2400, 219_808],
    ] as const) {
      const { driver } = ready(256, { modulation: rateBps === 2400 ? 'V.27ter' : 'V.17', rateBps });
      expect(driver.give(timer('carrier'))).toEqual(['listen']);
      expect(driver.timers.get('T2')).toBe(ms);
      driver.give(...hearDamaged());
      expect(driver.timers.get('T2')).toBe(ms);
      expect(driver.give(...hear(pps('EOP', 3)))).toEqual(['send PPR']);
    }
  });

  test('whose carrier does not go is over at RCP', () => {
    run(ready(), [
      [
        [FAST_ON, fastFrame(fcd(0, new Uint8Array(256))), fastFrame(frame('RCP')), fastFrame(frame('RCP'))],
        [],
      ],
      [[timer('carrier')], ['listen']],
      [hear(pps('EOP', 1)), ['data 0 256', 'listen', 'store 0']],
    ]);
  });

  test('goes on when its carrier comes back, and after damaged frames on V.21', () => {
    run(ready(), [
      [[FAST_ON, fastFrame(fcd(0, new Uint8Array(256))), FAST_OFF], ['receive ECM 14400 short']],
      [burst(1), ['listen']],
      [hearDamaged(), ['listen']],
      [hear(pps('EOP', 2)), ['data 0 512', 'listen', 'store 0']],
    ]);
  });

  test('is asked for again as long as frames are gained, and sixteen times more', () => {
    const station = ready();
    for (let number = 0; number < 100; number++) {
      expect(station.driver.give(...burst(number), ...hear(pps('EOP', 200)), SENT)).toContain('send PPR');
    }
    for (let time = 0; time < 15; time++) {
      expect(station.driver.give(...burst(0), ...hear(pps('EOP', 200)), SENT)).toContain('send PPR');
    }
    expect(station.driver.give(...burst(0), ...hear(pps('EOP', 200)), SENT)).toEqual([
      'listen',
      'drop 0',
      'send DCN',
      'end ECM_NO_PROGRESS D 0',
    ]);
  });

  test('is one of 1024 at most', () => {
    const { driver } = ready();
    for (let block = 0; block < 1024; block++) {
      expect(driver.give(...burst(0), ...hear(pps('NULL', 1, 0, block & 255)), SENT)).toContain('send MCF');
    }
    expect(driver.give(...burst(0), ...hear(pps('NULL', 1, 0, 0)), SENT).at(-1)).toBe(
      'end PAGE_NOT_STORED D 0',
    );
  });

  test('does not count for a page when DCS begins anew', () => {
    run(ready(), [
      [burst(0), ['listen']],
      [hear(pps('NULL', 1)), ['data 0 256', 'send MCF']],
      [[SENT], ['receive ECM 14400 short']],
      [hear(dcs({ ecmFrameOctets: 256 })), ['receive TCF 14400 long']],
      [tcf(), ['send CFR']],
      [[SENT], ['begin 0', 'receive ECM 14400 short']],
      [burst([0, 64]), ['listen']],
      [hear(pps('EOP', 1)), ['data 0 64', 'listen', 'store 0']],
    ]);
  });

  test('is awaited through commands that do not belong here', () => {
    run(ready(), [
      [hear(frame('EOP')), ['receive ECM 14400 short']],
      [hear(frame('PPS')), ['receive ECM 14400 short']],
      [hear(frame('EOR')), ['receive ECM 14400 short']],
      [hear(frame('RR')), ['send CFR']],
    ]);
  });
});

describe('CTC', () => {
  test('continues at another rate, with long training for the first burst only', () => {
    const slower = { modulation: 'V.17', rateBps: 9600 } as const;
    run(ready(), [
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
    run(ready(), [
      [hear(pps('EOP', 3)), ['send PPR']],
      AGAIN,
      [hear(frame('CTC')), ['send CTR']],
      [[SENT], ['receive ECM 14400 long']],
    ]);
    const { driver } = ready();
    driver.give(START);
    const only = new HandDriver(
      beginAnswering(testPlan({ limits: { receiveRates: [{ modulation: 'V.17', rateBps: 14_400 }] } })),
      stepAnswerer,
    );
    only.give(
      START,
      SENT,
      ...hear(dcs({ ecmFrameOctets: 256 })),
      ...tcf(),
      SENT,
      ...hear(pps('EOP', 3)),
      SENT,
    );
    expect(only.give(...hear(ctc({ modulation: 'V.29', rateBps: 9600 })), SENT)).toEqual([
      'drop 0',
      'send DCN',
      'end PARAMETERS_REFUSED C 0',
    ]);
  });
});

describe('EOR', () => {
  test('ends a page that is never confirmed; the next one has a number of its own', () => {
    const station = ready();
    run(station, [
      [burst(0), ['listen']],
      [hear(pps('MPS', 3)), ['send PPR']],
      AGAIN,
      [hear(eor('MPS')), ['drop 0', 'send ERR']],
      [[SENT], ['begin 1', 'receive ECM 14400 short']],
      [hear(eor('MPS')), ['send ERR']],
      [[SENT], ['receive ECM 14400 short']],
      [burst([0, 7]), ['listen']],
      [hear(pps('EOP', 1, 1)), ['data 1 7', 'listen', 'store 1']],
      [[stored(1)], ['send MCF']],
      [[SENT], ['listen']],
      [hear(frame('DCN')), ['end PAGE_QUALITY D 1']],
    ]);
    expect(station.driver.events).toContainEqual({
      type: 'pageRefused',
      page: 0,
      direction: 'receive',
      by: 'ERR',
    });
  });

  test('at the last page ends the call without it', () => {
    run(ready(), [
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
    const station = ready();
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
    expect(wanted(station, 1)).toEqual([0]);
    run(station, [
      [hear(eor('EOM')), ['drop 0', 'send ERR']],
      [[SENT], ['listen']],
      [[timer('T2')], ['send CSI DIS']],
    ]);
  });

  test('where it does not belong changes nothing', () => {
    run(ready(), [
      [burst(0), ['listen']],
      [hear(pps('EOP', 1)), ['data 0 256', 'listen', 'store 0']],
      [[stored(0)], ['send MCF']],
      [[SENT], ['listen']],
      [hear(eor('EOP')), ['listen']],
      [hear(frame('DCN')), ['end OK E 1']],
    ]);
  });
});
