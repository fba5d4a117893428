// How many connections a session keeps, under a clock of the test's own.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mayTakeIdle, planConnections, type ConnectionView } from './connectionPolicy.ts';

function connections(
  phases: Partial<Record<ConnectionView['phase'], number>>,
  sinceMs = 0,
): ConnectionView[] {
  let id = 0;
  return (['opening', 'idle', 'busy'] as const).flatMap((phase) =>
    Array.from({ length: phases[phase] ?? 0 }, () => ({ id: (id += 1), phase, sinceMs })),
  );
}

function plan(
  phases: Parameters<typeof connections>[0],
  more: { waitingCalls?: number; max?: number; nowMs?: number } = {},
) {
  const { waitingCalls = 0, max = 8, nowMs = 1_000 } = more;
  return planConnections({ connections: connections(phases), waitingCalls, maxConnections: max, nowMs });
}

describe('the number of connections', () => {
  it('is one where nothing happens', () => {
    expect(plan({ idle: 1 })).toEqual({ open: 0, close: [] });
  });

  it('grows by a spare when the last idle one goes into a call', () => {
    expect(plan({ busy: 1 }).open).toBe(1);
    expect(plan({ busy: 1, opening: 1 }).open).toBe(0);
    expect(plan({ busy: 3, idle: 1 }).open).toBe(0);
  });

  it('has room for waiting calls and a spare beside them', () => {
    expect(plan({ idle: 1 }, { waitingCalls: 3 }).open).toBe(3);
    expect(plan({ busy: 2 }, { waitingCalls: 3 }).open).toBe(4);
  });

  it('never passes the limit', () => {
    expect(plan({ busy: 7 }, { waitingCalls: 9 }).open).toBe(1);
    expect(plan({ busy: 8 }, { waitingCalls: 9 }).open).toBe(0);
    expect(plan({ busy: 8 }, { max: 4 }).open).toBe(0);
  });

  it('shrinks to two idle ones after a minute, and says when that is', () => {
    expect(plan({ idle: 5 }, { nowMs: 59_999 })).toEqual({ open: 0, close: [], againAtMs: 60_000 });
    expect(plan({ idle: 5 }, { nowMs: 60_000 })).toEqual({ open: 0, close: [1, 2, 3] });
    expect(plan({ idle: 2 }, { nowMs: 999_999 })).toEqual({ open: 0, close: [] });
  });

  it('lets an outgoing call take any idle connection but the last that may be', () => {
    expect(mayTakeIdle(connections({ idle: 1 }), 8)).toBe(true);
    expect(mayTakeIdle(connections({ idle: 1, busy: 6 }), 8)).toBe(true);
    expect(mayTakeIdle(connections({ idle: 1, busy: 7 }), 8)).toBe(false);
    expect(mayTakeIdle(connections({ busy: 2 }), 8)).toBe(false);
    expect(mayTakeIdle(connections({ idle: 1 }), 1)).toBe(true);
  });

  it('is within the limit and keeps a spare, whatever there is', () => {
    const count = fc.nat(40);
    fc.assert(
      fc.property(
        count,
        count,
        count,
        count,
        fc.integer({ min: 1, max: 64 }),
        fc.nat(200_000),
        (idle, busy, opening, waitingCalls, max, nowMs) => {
          const views = connections({ idle, busy, opening });
          const { open, close } = planConnections({
            connections: views,
            waitingCalls,
            maxConnections: max,
            nowMs,
          });
          expect(open).toBeGreaterThanOrEqual(0);
          expect(views.length + open).toBeLessThanOrEqual(Math.max(max, views.length));
          expect(idle - close.length).toBeGreaterThanOrEqual(Math.min(idle, 2));
          if (views.length < max) expect(idle + opening + open).toBeGreaterThanOrEqual(1);
        },
      ),
    );
  });
});
