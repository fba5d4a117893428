// When a connection counts as dead, under a clock of the test's own.

import { describe, expect, it } from 'vitest';
import { createSilenceWatch } from './silenceWatch.ts';

function watching() {
  const clock = { nowMs: 0, wallMs: 1_000_000 };
  const watch = createSilenceWatch({ intervalMs: 25_000, tickMs: 1_000, probeMs: 5_000, ...clock });
  let answers = true;
  const sentAt: number[] = [];
  /** Lets so much time pass, tick by tick; the first verdict of death ends it. */
  const pass = (ms: number): 'alive' | number => {
    for (let end = clock.nowMs + ms; clock.nowMs < end;) {
      clock.nowMs += 1_000;
      clock.wallMs += 1_000;
      const verdict = watch.tick(clock.nowMs, clock.wallMs);
      if (verdict === 'dead') return clock.nowMs;
      if (verdict === 'sendKeepalive') {
        sentAt.push(clock.nowMs);
        if (answers) watch.heard(clock.nowMs);
      }
    }
    return 'alive';
  };
  return {
    clock,
    watch,
    pass,
    sentAt,
    fallSilent: () => {
      answers = false;
    },
  };
}

describe('the silence watch', () => {
  it('sends a keepalive every interval and lives on the answers', () => {
    const { pass, sentAt } = watching();
    expect(pass(200_000)).toBe('alive');
    expect(sentAt).toEqual([25, 50, 75, 100, 125, 150, 175, 200].map((seconds) => seconds * 1000));
  });

  it('gives up after two and a half silent intervals', () => {
    const { pass, fallSilent } = watching();
    expect(pass(50_000)).toBe('alive');
    fallSilent();
    expect(pass(100_000)).toBe(50_000 + 63_000);
  });

  it('takes any byte as life, without any answer to keepalives', () => {
    const { pass, fallSilent, watch, clock } = watching();
    fallSilent();
    for (let count = 0; count < 10; count += 1) {
      expect(pass(60_000)).toBe('alive');
      watch.heard(clock.nowMs);
    }
  });

  it('judges nothing while this end does not read, and begins anew when it does', () => {
    const { pass, fallSilent, watch, clock, sentAt } = watching();
    fallSilent();
    watch.reading(false, clock.nowMs);
    expect(pass(500_000)).toBe('alive');
    expect(sentAt.length).toBe(20);
    watch.reading(true, clock.nowMs);
    expect(pass(62_000)).toBe('alive');
    expect(pass(10_000)).toBe(563_000);
  });

  it('asks at once after a sleep of the PC, and gives up when nothing answers soon', () => {
    const { pass, fallSilent, watch, clock } = watching();
    expect(pass(10_000)).toBe('alive');
    fallSilent();
    // An hour asleep: the clock of the process stood still, the time of day did not.
    clock.wallMs += 3_600_000;
    clock.nowMs += 1_000;
    expect(watch.tick(clock.nowMs, clock.wallMs)).toBe('sendKeepalive');
    expect(pass(20_000)).toBe(16_000);
  });

  it('goes on after a sleep when the relay answers', () => {
    const { pass, watch, clock } = watching();
    clock.wallMs += 3_600_000;
    clock.nowMs += 3_600_000;
    expect(watch.tick(clock.nowMs, clock.wallMs)).toBe('sendKeepalive');
    watch.heard(clock.nowMs);
    expect(pass(200_000)).toBe('alive');
  });

  it('does not count the time in which this process stood still', () => {
    const { pass, fallSilent, watch, clock } = watching();
    expect(pass(50_000)).toBe('alive');
    fallSilent();
    for (let count = 0; count < 20; count += 1) {
      clock.nowMs += 4_000;
      clock.wallMs += 4_000;
      expect(watch.tick(clock.nowMs, clock.wallMs)).not.toBe('dead');
    }
    // Forty of the eighty seconds counted; the rest of the two and a half intervals is still waited for.
    expect(pass(22_000)).toBe('alive');
    expect(pass(2_000)).not.toBe('alive');
  });

  it('is not confused by a clock that is set back', () => {
    const { pass, watch, clock } = watching();
    clock.wallMs -= 7_200_000;
    expect(watch.tick(clock.nowMs, clock.wallMs)).toBe('nothing');
    expect(pass(100_000)).toBe('alive');
  });
});
