// The switchboard: the races by name, and every race there is by chance.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RelayMessage } from '../../protocol/relay.ts';
import { World, type CallMessage, type Link } from '../testing/switchboardModel.ts';

const INFO = { kind: 'document' } as const;

/** A link that remembers what the relay said. */
function attached(world: World, deviceId: string, joinsSession = false): { link: Link; heard: string[] } {
  world.attach(deviceId, joinsSession);
  const link = world.links.at(-1);
  if (link === undefined) throw new Error('not attached');
  const heard: string[] = [];
  const send = link.send.bind(link);
  link.send = (message: RelayMessage) => {
    heard.push('cause' in message ? `${message.type}(${message.cause})` : message.type);
    send(message);
  };
  return { link, heard };
}

function say(link: Link, message: CallMessage): void {
  link.say(message);
  link.deliver();
}

function lastCallId(link: Link): string {
  return link.callIds.at(-1) ?? '';
}

describe('races', () => {
  test('two requests that cross on the only connections: the first stands, the second is busy', () => {
    const world = new World();
    const kyoto = attached(world, 'kyoto');
    const osaka = attached(world, 'osaka');
    say(kyoto.link, { type: 'connect', callee: 'osaka', info: INFO });
    say(osaka.link, { type: 'connect', callee: 'kyoto', info: INFO });
    expect(osaka.heard).toEqual(['incoming', 'connectFailed(busy)']);
    say(osaka.link, { type: 'answer', callId: lastCallId(osaka.link), accept: true });
    expect(kyoto.heard).toEqual(['joined']);
    expect(osaka.heard.at(-1)).toBe('joined');
    world.checkInvariants();
  });

  test('a caller that vanishes while the callee is asked frees the callee', () => {
    const world = new World();
    const kyoto = attached(world, 'kyoto');
    const osaka = attached(world, 'osaka');
    say(kyoto.link, { type: 'connect', callee: 'osaka', info: INFO });
    const callId = lastCallId(osaka.link);
    kyoto.link.drop();
    say(osaka.link, { type: 'answer', callId, accept: true });
    expect(osaka.heard).toEqual(['incoming', 'incomingGone(callerGone)']);
    expect(world.switchboard.callCount).toBe(0);
    world.checkInvariants();
  });

  test('of two callers racing for the last idle connection the second is told busy', () => {
    const world = new World();
    const osaka = attached(world, 'osaka');
    const kyoto = attached(world, 'kyoto');
    const tokyo = attached(world, 'tokyo');
    say(kyoto.link, { type: 'connect', callee: 'osaka', info: INFO });
    say(tokyo.link, { type: 'connect', callee: 'osaka', info: INFO });
    expect(tokyo.heard).toEqual(['connectFailed(busy)']);
    expect(osaka.heard).toEqual(['incoming']);
  });

  test('a cancel before the answer wins, one after it changes nothing', () => {
    const world = new World();
    const kyoto = attached(world, 'kyoto');
    const osaka = attached(world, 'osaka');
    say(kyoto.link, { type: 'connect', callee: 'osaka', info: INFO });
    const withdrawn = lastCallId(osaka.link);
    say(kyoto.link, { type: 'cancelConnect' });
    say(osaka.link, { type: 'answer', callId: withdrawn, accept: true });
    expect(kyoto.heard).toEqual(['connectFailed(cancelled)']);
    expect(osaka.heard).toEqual(['incoming', 'incomingGone(cancelled)']);

    say(kyoto.link, { type: 'connect', callee: 'osaka', info: INFO });
    say(osaka.link, { type: 'answer', callId: lastCallId(osaka.link), accept: true });
    say(kyoto.link, { type: 'cancelConnect' });
    expect(kyoto.heard.at(-1)).toBe('joined');
    expect(world.switchboard.callCount).toBe(1);
  });

  test('when the asked connection breaks another idle one of the device is asked', () => {
    const world = new World();
    const kyoto = attached(world, 'kyoto');
    const first = attached(world, 'osaka');
    const second = attached(world, 'osaka', true);
    say(kyoto.link, { type: 'connect', callee: 'osaka', info: INFO });
    first.link.drop();
    expect(second.heard).toEqual(['incoming']);
    say(second.link, { type: 'answer', callId: lastCallId(second.link), accept: true });
    expect(kyoto.heard).toEqual(['joined']);
    world.checkInvariants();
  });

  test('connect in the middle of a call is a breach', () => {
    const world = new World();
    const kyoto = attached(world, 'kyoto');
    const osaka = attached(world, 'osaka');
    say(kyoto.link, { type: 'connect', callee: 'osaka', info: INFO });
    say(osaka.link, { type: 'answer', callId: lastCallId(osaka.link), accept: true });
    say(kyoto.link, { type: 'connect', callee: 'osaka', info: INFO });
    expect(kyoto.link.isClosed).toBe(true);
    world.settle();
    expect(osaka.heard.at(-1)).toBe('callEnded(peerGone)');
  });

  test('an end that never answers callEnded is closed after the release limit', () => {
    const world = new World();
    const kyoto = attached(world, 'kyoto');
    const osaka = attached(world, 'osaka');
    say(kyoto.link, { type: 'connect', callee: 'osaka', info: INFO });
    say(osaka.link, { type: 'answer', callId: lastCallId(osaka.link), accept: true });
    kyoto.link.drop();
    world.advance(world.limits.releaseTimeoutMs - 1);
    expect(osaka.link.isClosed).toBe(false);
    world.advance(1);
    expect(osaka.link.isClosed).toBe(true);
    expect(world.switchboard.callCount).toBe(0);
  });

  test('a call without data is ended after the idle limit, one with a stuck receiver after the stall limit', () => {
    const world = new World();
    const kyoto = attached(world, 'kyoto');
    const osaka = attached(world, 'osaka');
    say(kyoto.link, { type: 'connect', callee: 'osaka', info: INFO });
    say(osaka.link, { type: 'answer', callId: lastCallId(osaka.link), accept: true });
    osaka.link.stuckSinceMs = world.nowMs;
    world.advance(world.limits.stallTimeoutMs);
    expect(kyoto.heard.at(-1)).toBe('callEnded(stalled)');
    expect(osaka.heard.at(-1)).toBe('callEnded(stalled)');
  });
});

type Command =
  | { do: 'attach'; device: string; joinsSession: boolean }
  | { do: 'say'; link: number; message: CallMessage | 'data'; callId: number; isDelivered: boolean }
  | { do: 'react'; link: number; callee: string; isYes: boolean }
  | { do: 'deliver'; link: number }
  | { do: 'drop'; link: number }
  | { do: 'stick'; link: number; isStuck: boolean }
  | { do: 'advance'; ms: number }
  | { do: 'revoke'; device: string };

const device = fc.constantFrom('kyoto', 'osaka', 'tokyo');
const link = fc.nat(5);
const spoken: fc.Arbitrary<CallMessage | 'data'> = fc.oneof(
  { weight: 4, arbitrary: device.map((callee) => ({ type: 'connect', callee, info: INFO }) as const) },
  { weight: 1, arbitrary: fc.constant({ type: 'cancelConnect' } as const) },
  {
    weight: 4,
    arbitrary: fc
      .boolean()
      .map((accept) => ({ type: 'answer', callId: '', accept, cause: 'refused' }) as const),
  },
  { weight: 4, arbitrary: fc.constant({ type: 'release', callId: '' } as const) },
  { weight: 2, arbitrary: fc.constant('data' as const) },
);
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('attach' as const), device, joinsSession: fc.boolean() }),
  },
  {
    weight: 40,
    arbitrary: fc.record({
      do: fc.constant('react' as const),
      link,
      callee: device,
      isYes: fc.boolean(),
    }),
  },
  {
    weight: 5,
    // Mostly about the call last heard of, now and then about an older one.
    arbitrary: fc.record({
      do: fc.constant('say' as const),
      link,
      message: spoken,
      callId: fc.constantFrom(0, 0, 0, 1, 2),
      isDelivered: fc.boolean(),
    }),
  },
  { weight: 40, arbitrary: fc.record({ do: fc.constant('deliver' as const), link }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('drop' as const), link }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('stick' as const), link, isStuck: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('advance' as const),
      ms: fc.constantFrom(1, 5_000, 30_000, 700_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('revoke' as const), device }) },
);

function run(world: World, one: Command): void {
  if (one.do === 'attach') return world.attach(one.device, one.joinsSession);
  if (one.do === 'advance') return world.advance(one.ms);
  if (one.do === 'revoke') return world.switchboard.revoke(one.device);
  if (world.links.length === 0) return;
  const chosen = world.links[one.link % world.links.length];
  if (chosen === undefined) return;
  if (one.do === 'react') chosen.react(one.callee, one.isYes);
  else if (one.do === 'deliver') chosen.deliver();
  else if (one.do === 'drop') chosen.drop();
  else if (one.do === 'stick') chosen.stuckSinceMs = one.isStuck ? world.nowMs : undefined;
  else if (one.message === 'data' || !('callId' in one.message)) chosen.say(one.message);
  else chosen.say({ ...one.message, callId: chosen.callIds.at(-1 - one.callId) ?? 'no such call' });
  if (one.do === 'say' && one.isDelivered) chosen.deliver();
}

test('whatever devices do and in whatever order it arrives, every connection is in one defined state and nothing leaks', () => {
  const reached = new Map<string, number>();
  const count = (phase: string): void => void reached.set(phase, (reached.get(phase) ?? 0) + 1);
  fc.assert(
    fc.property(fc.array(command, { minLength: 60, maxLength: 200 }), (commands) => {
      const world = new World();
      for (const deviceId of ['kyoto', 'kyoto', 'osaka', 'tokyo']) world.attach(deviceId, true);
      for (const one of commands) {
        run(world, one);
        world.settle();
        world.checkInvariants();
        for (const call of world.switchboard.calls.values()) count(call.state.phase);
      }
      // When all fall silent, the limits end every call, one after the other.
      for (let round = 0; round < 4; round++) world.advance(700_000);
      world.checkInvariants();
      expect(world.switchboard.callCount).toBe(0);
      for (const { endpoint } of world.links) expect(endpoint?.place).toBeUndefined();
      while (world.links.length > 0) world.links[0]?.drop();
      expect(world.switchboard.devices.size).toBe(0);
      expect(world.directory.size).toBe(0);
    }),
    { numRuns: 1_500 },
  );
  // The test is worth something only while chance leads to every phase often.
  for (const phase of ['asking', 'joined', 'releasing', 'ended'])
    expect(reached.get(phase)).toBeGreaterThan(1_000);
});
