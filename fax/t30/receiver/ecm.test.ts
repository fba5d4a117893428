import { describe, expect, test } from 'vitest';
import { buildFrame } from '../frames/frame.ts';
import { run, stored, trainedWithEcm, wanted } from '../testing/calledStation.ts';
import type { CalledStation } from '../testing/calledStation.ts';
import {
  FAST_OFF,
  FAST_ON,
  SENT,
  burst,
  dcs,
  fastFrame,
  fcd,
  frame,
  hear,
  hearDamaged,
  pps,
  tcf,
  timer,
  upTo,
} from '../testing/handDriver.ts';
import type { Script } from '../testing/handDriver.ts';

function dataOf({ effects }: CalledStation): number[] {
  return effects.flatMap((effect) => (effect.type === 'pageData' ? [...effect.octets] : []));
}

/** Ready again for the burst that PPR asked for. */
const AGAIN: Script[number] = [[SENT], ['receive ECM 14400 short']];

describe('a sender that asks again what was said', () => {
  const secondBlock = (): CalledStation => {
    const station = trainedWithEcm();
    run(station, [[burst(0, 1), ['listen']], [hear(pps('NULL', 2)), ['data 0 512', 'send MCF']], AGAIN]);
    return station;
  };

  test('is not told the MCF of the block before, once frames of the next have come', () => {
    for (const question of ['RR', 'CRP'] as const) {
      run(secondBlock(), [
        [burst(0, 1, 2), ['listen']],
        [hear(frame(question)), ['listen']],
        [hear(pps('EOP', 3, 0, 1)), ['data 0 768', 'listen', 'store 0']],
      ]);
    }
  });

  test('is told it while nothing has come', () => {
    run(secondBlock(), [[hear(frame('RR')), ['send MCF']]]);
  });
});

test('carriers without RCP and PPS do not hold the line for ever', () => {
  const station = trainedWithEcm();
  for (let again = 0; again < 12; again++) {
    expect(station.give(FAST_ON, FAST_OFF)).toEqual(['receive ECM 14400 short']);
  }
  expect(station.give(FAST_ON, FAST_OFF, SENT)).toEqual(['drop 0', 'send DCN', 'end TOO_MANY_REPEATS C 0']);
});

describe('a block', () => {
  test('is given to the host when whole, and the page confirmed when stored', () => {
    const station = trainedWithEcm();
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
    const station = trainedWithEcm();
    run(station, [[burst(3, 1, 1, [4, 10]), ['listen']], [hear(pps('EOP', 5)), ['send PPR']], AGAIN]);
    expect(wanted(station, 5)).toEqual({ frames: [0, 2], beyond: 251 });
    run(station, [
      [burst(2, 3), ['listen']],
      // In a repetition PPS counts the frames of that burst only.
      [hear(pps('EOP', 1)), ['send PPR']],
      AGAIN,
    ]);
    expect(wanted(station, 5)).toEqual({ frames: [0], beyond: 251 });
    run(station, [
      [burst(0), ['listen']],
      [hear(pps('EOP', 1)), [`data 0 ${4 * 256 + 10}`, 'listen', 'store 0']],
    ]);
    expect(station.events).toContainEqual({
      type: 'blockReceived',
      page: 0,
      block: 0,
      frames: 5,
      missing: 2,
    });
  });

  test('of 256 frames is asked for as a whole when nothing came, heard or not', () => {
    const unheard = trainedWithEcm();
    run(unheard, [[hear(pps('NULL', 256)), ['send PPR']]]);
    expect(wanted(unheard, 256)).toEqual({ frames: upTo(256), beyond: 0 });
    const garbled = trainedWithEcm();
    run(garbled, [
      [[FAST_ON, fastFrame(fcd(0, new Uint8Array(256)), false), FAST_OFF], ['receive ECM 14400 short']],
      [hear(pps('EOP', 2)), ['send PPR']],
      AGAIN,
      [burst(0, 1), ['listen']],
      [hear(pps('EOP', 2)), ['data 0 512', 'listen', 'store 0']],
    ]);
  });

  test('is known by its highest frame when PPS counts fewer', () => {
    const station = trainedWithEcm();
    station.give(...burst(0, 3), ...hear(pps('EOP', 2)));
    expect(wanted(station, 4)).toEqual({ frames: [1, 2], beyond: 252 });
  });

  test('asks again for a frame of another length, but for the last', () => {
    const station = trainedWithEcm();
    run(station, [[burst(0, [1, 255], 2, [3, 1]), ['listen']], [hear(pps('EOP', 4)), ['send PPR']], AGAIN]);
    expect(wanted(station, 4)).toEqual({ frames: [1], beyond: 252 });
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
    run(trainedWithEcm(announced), [
      [burst([0, octets], [1, octets], [2, octets]), ['listen']],
      [hear(pps('EOP', 3)), [data, 'listen', 'store 0']],
    ]);
  });

  test('passes over impossible frames', () => {
    const station = trainedWithEcm();
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
    expect(wanted(station, 2)).toEqual({ frames: [1], beyond: 254 });
  });

  test('is confirmed again to a repeated PPS, and given once', () => {
    run(trainedWithEcm(), [
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
    run(trainedWithEcm(), [
      [burst(0), ['listen']],
      [hear(pps('NULL', 1)), ['data 0 256', 'send MCF']],
      [[SENT], ['receive ECM 14400 short']],
      [burst(1), ['listen']],
      [hear(pps('NULL', 1)), ['listen']],
      [hear(pps('EOP', 2, 0, 1)), ['send PPR']],
    ]);
  });

  test('that was left out tears the page: the call ends', () => {
    const station = trainedWithEcm();
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
    const station = trainedWithEcm();
    station.give(...burst(0), ...hear(pps('NULL', 1, 255, 255)), SENT);
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
    const driver = trainedWithEcm();
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
    const station = trainedWithEcm();
    run(station, [
      [[timer('carrier')], ['listen']],
      [hear(pps('EOP', 3)), ['send PPR']],
      AGAIN,
      [[timer('carrier')], ['listen']],
      [[timer('T2')], ['drop 0', 'send DCN']],
    ]);
    expect(station.give(SENT)).toEqual(['end PAGE_NO_CARRIER C 0']);
  });

  test('that was not heard may last minutes at a low rate, until its PPS', () => {
    for (const [rateBps, ms] of [
      [14_400, 13_302],
      [2400, 219_808],
    ] as const) {
      const driver = trainedWithEcm(256, { modulation: rateBps === 2400 ? 'V.27ter' : 'V.17', rateBps });
      expect(driver.give(timer('carrier'))).toEqual(['listen']);
      expect(driver.timers.get('T2')).toBe(ms);
      driver.give(...hearDamaged());
      expect(driver.timers.get('T2')).toBe(ms);
      expect(driver.give(...hear(pps('EOP', 3)))).toEqual(['send PPR']);
    }
  });

  test('whose carrier does not go is over at RCP', () => {
    run(trainedWithEcm(), [
      [
        [FAST_ON, fastFrame(fcd(0, new Uint8Array(256))), fastFrame(frame('RCP')), fastFrame(frame('RCP'))],
        [],
      ],
      [[timer('carrier')], ['listen']],
      [hear(pps('EOP', 1)), ['data 0 256', 'listen', 'store 0']],
    ]);
  });

  test('goes on when its carrier comes back, and after damaged frames on V.21', () => {
    run(trainedWithEcm(), [
      [[FAST_ON, fastFrame(fcd(0, new Uint8Array(256))), FAST_OFF], ['receive ECM 14400 short']],
      [burst(1), ['listen']],
      [hearDamaged(), ['listen']],
      [hear(pps('EOP', 2)), ['data 0 512', 'listen', 'store 0']],
    ]);
  });

  test('is asked for again as long as frames are gained, and sixteen times more', () => {
    const station = trainedWithEcm();
    for (let number = 0; number < 100; number++) {
      expect(station.give(...burst(number), ...hear(pps('EOP', 200)), SENT)).toContain('send PPR');
    }
    for (let time = 0; time < 15; time++) {
      expect(station.give(...burst(0), ...hear(pps('EOP', 200)), SENT)).toContain('send PPR');
    }
    expect(station.give(...burst(0), ...hear(pps('EOP', 200)), SENT)).toEqual([
      'listen',
      // What came without a gap may be kept.
      'data 0 25600',
      'drop 0',
      'send DCN',
      'end ECM_NO_PROGRESS D 0',
    ]);
  });

  test('is one of 1024 at most', () => {
    const driver = trainedWithEcm();
    for (let block = 0; block < 1024; block++) {
      expect(driver.give(...burst(0), ...hear(pps('NULL', 1, 0, block & 255)), SENT)).toContain('send MCF');
    }
    expect(driver.give(...burst(0), ...hear(pps('NULL', 1, 0, 0)), SENT).at(-1)).toBe(
      'end PAGE_NOT_STORED D 0',
    );
  });

  test('does not count for a page when DCS begins anew', () => {
    run(trainedWithEcm(), [
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
    run(trainedWithEcm(), [
      [hear(frame('EOP')), ['receive ECM 14400 short']],
      [hear(frame('PPS')), ['receive ECM 14400 short']],
      [hear(frame('EOR')), ['receive ECM 14400 short']],
      [hear(frame('RR')), ['send CFR']],
    ]);
  });
});
