// The outbound queue: order, acknowledgements past data, bounds and progress, on a socket that takes when told to.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OutboundQueue } from './outboundQueue.ts';

const FRAME = Buffer.alloc(16 * 1024, 7);

function makeQueue() {
  const sent: string[] = [];
  const waiting: (() => void)[] = [];
  const happened: string[] = [];
  const clock = { nowMs: 0 };
  const queue = new OutboundQueue({
    sender: {
      send(data, { binary }, done) {
        sent.push(binary ? `data ${data.length}` : String(data));
        waiting.push(done);
      },
    },
    ack: 'ack',
    highBytes: 256 * 1024,
    lowBytes: 64 * 1024,
    maxControlBytes: 2_000,
    now: () => clock.nowMs,
    onDrained: () => happened.push('drained'),
    onOverflow: () => happened.push('overflow'),
  });
  /** The socket gets rid of the oldest thing it holds. */
  function takeOne(): boolean {
    const done = waiting.shift();
    done?.();
    return done !== undefined;
  }
  return { queue, sent, happened, clock, takeOne, waiting };
}

describe('order', () => {
  test('control messages keep their place in the data', () => {
    const { queue, sent, takeOne } = makeQueue();
    queue.sendControl('joined');
    for (let index = 0; index < 10; index++) queue.sendData(FRAME.subarray(0, 10_000 + index));
    queue.sendControl('callEnded');
    while (takeOne());
    const expected = Array.from({ length: 10 }, (_none, index) => `data ${10_000 + index}`);
    expect(sent).toEqual(['joined', ...expected, 'callEnded']);
  });

  test('an acknowledgement passes the waiting data, behind no more than the socket was handed', () => {
    const { queue, sent, takeOne } = makeQueue();
    for (let index = 0; index < 20; index++) queue.sendData(FRAME);
    queue.sendAck();
    const handed = sent.length;
    expect(handed * FRAME.length).toBeLessThanOrEqual(80 * 1024);
    takeOne();
    takeOne();
    expect(sent[handed]).toBe('ack');
  });

  test('acknowledgements due while none can go out are one', () => {
    const { queue, sent, takeOne } = makeQueue();
    for (let index = 0; index < 20; index++) queue.sendData(FRAME);
    for (let index = 0; index < 50; index++) queue.sendAck();
    while (takeOne());
    expect(sent.filter((one) => one === 'ack')).toHaveLength(1);
  });
});

describe('bounds', () => {
  test('the backlog begins above the high mark and ends, told once, at the low one', () => {
    const { queue, happened, takeOne } = makeQueue();
    let frames = 0;
    while (!queue.isBacklogged) {
      queue.sendData(FRAME);
      frames++;
    }
    expect(frames).toBe(16);
    while (queue.dataBytes > 64 * 1024) {
      expect(happened).toEqual([]);
      takeOne();
    }
    expect(happened).toEqual(['drained']);
    expect(queue.isBacklogged).toBe(false);
    while (takeOne());
    expect(happened).toEqual(['drained']);
  });

  test('control that a device does not read is not kept without end', () => {
    const { queue, happened } = makeQueue();
    for (let index = 0; index < 100 && happened.length === 0; index++) queue.sendControl('x'.repeat(100));
    expect(happened).toEqual(['overflow']);
  });

  test('dropping data keeps control, and lets held senders go on', () => {
    const { queue, sent, happened, takeOne } = makeQueue();
    for (let index = 0; index < 30; index++) queue.sendData(FRAME);
    queue.sendControl('callEnded');
    queue.dropData();
    expect(happened).toEqual(['drained']);
    while (takeOne());
    expect(sent.at(-1)).toBe('callEnded');
    expect(sent.length).toBeLessThan(8);
    expect(queue.dataBytes).toBe(0);
  });

  test('finishing hands over what control waits, and nothing afterwards', () => {
    const { queue, sent, waiting } = makeQueue();
    for (let index = 0; index < 30; index++) queue.sendData(FRAME);
    queue.sendControl('error');
    queue.finish();
    queue.sendControl('late');
    queue.sendData(FRAME);
    expect(sent.at(-1)).toBe('error');
    for (const done of waiting) done();
    expect(sent.at(-1)).toBe('error');
  });
});

test('a receiver is stuck from the first waiting byte, or the last that got out', () => {
  const { queue, clock, takeOne } = makeQueue();
  expect(queue.stuckSinceMs).toBeUndefined();
  clock.nowMs = 100;
  queue.sendData(FRAME);
  clock.nowMs = 200;
  queue.sendData(FRAME);
  expect(queue.stuckSinceMs).toBe(100);
  takeOne();
  expect(queue.stuckSinceMs).toBe(200);
  clock.nowMs = 300;
  takeOne();
  expect(queue.stuckSinceMs).toBeUndefined();
  expect(queue.lastProgressMs).toBe(300);
});

test('whatever is sent and whenever the socket takes it, everything but acknowledgements goes out once and in order', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('data' as const), bytes: fc.integer({ min: 0, max: 65_536 }) }),
    fc.constant({ do: 'control' as const }),
    fc.constant({ do: 'ack' as const }),
    fc.record({ do: fc.constant('take' as const), count: fc.integer({ min: 1, max: 5 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const { queue, sent, takeOne } = makeQueue();
      const expected: string[] = [];
      for (const [index, one] of steps.entries()) {
        if (one.do === 'data') {
          queue.sendData(Buffer.alloc(one.bytes));
          expected.push(`data ${one.bytes}`);
        } else if (one.do === 'control') {
          queue.sendControl(`c${index}`);
          expected.push(`c${index}`);
        } else if (one.do === 'ack') queue.sendAck();
        else for (let count = 0; count < one.count; count++) takeOne();
      }
      while (takeOne());
      expect(sent.filter((one) => one !== 'ack')).toEqual(expected);
      expect(queue.dataBytes).toBe(0);
      expect(queue.controlBytes).toBe(0);
      expect(queue.stuckSinceMs).toBeUndefined();
      expect(queue.isBacklogged).toBe(false);
    }),
  );
});
