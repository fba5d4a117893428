// Calls over a relay session, over real sockets, against a relay that does what each test tells it.

import { afterEach, describe, expect, it } from 'vitest';
import { CallEndedError } from './relaySession.types.ts';
import { closeAll, INFO, started } from './sessionHarness.testSupport.ts';

afterEach(closeAll);

describe('calls', () => {
  it('go out on the idle connection and come back as what the relay said', async () => {
    const { own, connection } = await started();
    const causes = [
      ['offline', 'DEVICE_OFFLINE'],
      ['busy', 'DEVICE_BUSY'],
      ['refused', 'DEVICE_REFUSED'],
      ['unknownDevice', 'DEVICE_UNKNOWN'],
      ['noAnswer', 'DEVICE_NO_ANSWER'],
      ['relayStopping', 'RELAY_STOPPING'],
      ['tooManyRequests', 'RELAY_BUSY'],
    ] as const;
    for (const [cause, code] of causes) {
      const calling = own.session.call('osaka', INFO, new AbortController().signal);
      expect((await connection.next('connect')).callee).toBe('osaka');
      connection.say({ type: 'connectFailed', cause });
      expect(await calling).toMatchObject({ outcome: { code, phase: 'connect' } });
    }
  });

  it('carry bytes both ways and give the connection back', async () => {
    const { relay, own, connection } = await started();
    const calling = own.session.call('osaka', INFO, new AbortController().signal);
    await connection.next('connect');
    connection.say({ type: 'joined', callId: 'c1', peer: 'osaka' });
    const result = await calling;
    if (!('call' in result)) throw new Error('no call');
    const { call } = result;
    expect([call.callId, call.peer]).toEqual(['c1', 'osaka']);
    await call.send(new Uint8Array(150_000).fill(7));
    await expect.poll(() => connection.data.reduce((sum, { length }) => sum + length, 0)).toBe(150_000);
    expect(Math.max(...connection.data.map(({ length }) => length))).toBeLessThanOrEqual(64 * 1024);
    connection.socket.send(Buffer.from('hello'), { binary: true });
    const reading = call.incoming[Symbol.asyncIterator]();
    expect(Buffer.from((await reading.next()).value ?? []).toString()).toBe('hello');
    // The last idle connection went into a call: another is opened, in the same session.
    const spare = await relay.connection();
    expect(spare.heard[0]).toMatchObject({ sessionToken: 'token-1' });
    await own.until((status) => status.connections === 2 && status.idleConnections === 1);
    const released = call.release();
    expect((await reading.next()).done).toBe(true);
    await connection.next('release');
    connection.say({ type: 'released', callId: 'c1' });
    await released;
    await own.until((status) => status.idleConnections === 2);
    await expect(call.send(new Uint8Array(1))).rejects.toBeInstanceOf(CallEndedError);
  });

  it('come in, are judged, and are joined', async () => {
    const { own, connection } = await started({}, {}, ({ caller }) =>
      caller === 'spam' ? 'refused' : 'accept',
    );
    connection.say({ type: 'incoming', callId: 'c1', caller: 'spam', info: INFO });
    expect(await connection.next('answer')).toMatchObject({ callId: 'c1', accept: false, cause: 'refused' });
    connection.say({
      type: 'incoming',
      callId: 'c2',
      caller: 'osaka',
      info: { ...INFO, displayName: 'Osaka' },
    });
    expect(await connection.next('answer')).toMatchObject({ callId: 'c2', accept: true });
    connection.say({ type: 'joined', callId: 'c2', peer: 'osaka' });
    // Data right behind the answer must not be lost.
    connection.socket.send(Buffer.from('at once'), { binary: true });
    const call = await own.joined();
    expect(call.info.displayName).toBe('Osaka');
    const { value } = await call.incoming[Symbol.asyncIterator]().next();
    expect(Buffer.from(value ?? []).toString()).toBe('at once');
  });

  it('that end without a release say why, after what was said before, and the connection is used again', async () => {
    const { own, connection } = await started();
    connection.say({ type: 'incoming', callId: 'c1', caller: 'osaka', info: INFO });
    await connection.next('answer');
    connection.say({ type: 'joined', callId: 'c1', peer: 'osaka' });
    connection.socket.send(Buffer.from('last words'), { binary: true });
    connection.say({ type: 'callEnded', callId: 'c1', cause: 'peerGone' });
    const call = await own.joined();
    await connection.next('release');
    connection.say({ type: 'released', callId: 'c1' });
    await own.until((status) => status.idleConnections >= 1);
    const reading = call.incoming[Symbol.asyncIterator]();
    expect((await reading.next()).done).toBe(false);
    await expect(reading.next()).rejects.toMatchObject({ callCause: 'peerGone' });
    // The connection is in another call now; whoever still holds the old one cannot touch it.
    connection.say({ type: 'incoming', callId: 'c2', caller: 'nara', info: INFO });
    await connection.next('answer');
    connection.say({ type: 'joined', callId: 'c2', peer: 'nara' });
    const second = await own.joined();
    await call.release();
    call.abort();
    connection.socket.send(Buffer.from('still here'), { binary: true });
    expect((await second.incoming[Symbol.asyncIterator]().next()).done).toBe(false);
  });

  it('that are withdrawn are withdrawn at the relay too', async () => {
    const { own, connection } = await started();
    const abort = new AbortController();
    const calling = own.session.call('osaka', INFO, abort.signal);
    await connection.next('connect');
    abort.abort();
    await connection.next('cancelConnect');
    connection.say({ type: 'connectFailed', cause: 'cancelled' });
    expect(await calling).toMatchObject({ outcome: { code: 'CANCELLED' } });
    await own.until((status) => status.idleConnections >= 1);
  });

  it('that cross an incoming one on the same connection go out on another', async () => {
    const { relay, own, connection } = await started();
    const calling = own.session.call('osaka', INFO, new AbortController().signal);
    await connection.next('connect');
    connection.say({ type: 'incoming', callId: 'c9', caller: 'osaka', info: INFO });
    connection.say({ type: 'connectFailed', cause: 'busy' });
    expect(await connection.next('answer')).toMatchObject({ callId: 'c9', accept: true });
    connection.say({ type: 'joined', callId: 'c9', peer: 'osaka' });
    expect((await own.joined()).callId).toBe('c9');
    const spare = await relay.connection();
    expect((await spare.next('connect')).callee).toBe('osaka');
    spare.say({ type: 'joined', callId: 'c10', peer: 'osaka' });
    expect(await calling).toMatchObject({ call: { callId: 'c10' } });
  });

  it('never take the last connection, so that this end can be called', async () => {
    const { relay, own, connection } = await started(
      {},
      { maxConnections: 2, timing: { idleWaitMs: 300, logoutMs: 50 } },
    );
    const first = own.session.call('osaka', INFO, new AbortController().signal);
    await connection.next('connect');
    connection.say({ type: 'joined', callId: 'c1', peer: 'osaka' });
    expect(await first).toHaveProperty('call');
    const spare = await relay.connection();
    await own.until((status) => status.idleConnections === 1);
    const second = await own.session.call('osaka', INFO, new AbortController().signal);
    expect(second).toMatchObject({ outcome: { code: 'RELAY_BUSY' } });
    spare.say({ type: 'incoming', callId: 'c2', caller: 'nara', info: INFO });
    expect(await spare.next('answer')).toMatchObject({ accept: true });
    expect(relay.opened()).toBe(2);
  });

  it('whose release the relay never answers do not hold the caller for ever', async () => {
    const { own, connection } = await started({}, { timing: { releaseMs: 100, logoutMs: 50 } });
    const calling = own.session.call('osaka', INFO, new AbortController().signal);
    await connection.next('connect');
    connection.say({ type: 'joined', callId: 'c1', peer: 'osaka' });
    const result = await calling;
    if (!('call' in result)) throw new Error('no call');
    await result.call.release();
    await connection.closed;
  });

  it('take nothing more from the moment the relay closes the connection', async () => {
    const { own, connection } = await started();
    const calling = own.session.call('osaka', INFO, new AbortController().signal);
    await connection.next('connect');
    connection.say({ type: 'joined', callId: 'c1', peer: 'osaka' });
    const result = await calling;
    if (!('call' in result)) throw new Error('no call');
    const { call } = result;
    // Reads nothing any more, so that the closing takes its time.
    connection.socket.close(1000);
    connection.socket.pause();
    const sending = (async () => {
      for (let count = 0; count < 1_000; count += 1) await call.send(new Uint8Array(100_000));
    })();
    await expect(sending).rejects.toMatchObject({ callCause: 'connectionLost' });
    connection.socket.terminate();
  });

  it('break with the connection, for reader and sender alike', async () => {
    const { own, connection } = await started();
    const calling = own.session.call('osaka', INFO, new AbortController().signal);
    await connection.next('connect');
    connection.say({ type: 'joined', callId: 'c1', peer: 'osaka' });
    const result = await calling;
    if (!('call' in result)) throw new Error('no call');
    const reading = result.call.incoming[Symbol.asyncIterator]().next();
    connection.socket.terminate();
    await expect(reading).rejects.toMatchObject({ callCause: 'connectionLost' });
    await expect(result.call.send(new Uint8Array(1))).rejects.toMatchObject({ callCause: 'connectionLost' });
    await result.call.release();
  });
});

describe('back-pressure', () => {
  it('stops a sender whose other end reads nothing, and lets it go on after', async () => {
    const { own, connection } = await started();
    const calling = own.session.call('osaka', INFO, new AbortController().signal);
    await connection.next('connect');
    connection.say({ type: 'joined', callId: 'c1', peer: 'osaka' });
    const result = await calling;
    if (!('call' in result)) throw new Error('no call');
    const { call } = result;
    connection.socket.pause();
    let handed = 0;
    const sending = (async () => {
      for (let count = 0; count < 400; count += 1) {
        await call.send(new Uint8Array(64 * 1024));
        handed += 1;
      }
    })();
    let before = -1;
    await expect
      .poll(
        () => {
          const stands = handed === before;
          before = handed;
          return stands;
        },
        { interval: 200, timeout: 5_000 },
      )
      .toBe(true);
    expect(handed).toBeLessThan(400);
    connection.socket.resume();
    await sending;
    expect(handed).toBe(400);
  });

  it('stops the other end when nothing is read here, keeps the connection alive meanwhile, and loses nothing', async () => {
    const { own, connection } = await started({ limits: { keepaliveIntervalMs: 60 } });
    connection.say({ type: 'incoming', callId: 'c1', caller: 'osaka', info: INFO });
    await connection.next('answer');
    connection.say({ type: 'joined', callId: 'c1', peer: 'osaka' });
    const call = await own.joined();
    const total = 30_000_000;
    const frame = Buffer.alloc(60_000, 5);
    for (let sent = 0; sent < total; sent += frame.length) connection.socket.send(frame, { binary: true });
    await expect.poll(() => connection.socket.bufferedAmount > 1_000_000).toBe(true);
    // Many silent intervals long the socket is not read; keepalives still go out, and it is not taken for dead.
    for (let count = 0; count < 8; count += 1) await connection.next('keepalive');
    expect(connection.socket.bufferedAmount).toBeGreaterThan(1_000_000);
    expect(own.session.status().state).toBe('online');
    let read = 0;
    const reading = call.incoming[Symbol.asyncIterator]();
    while (read < total) read += (await reading.next()).value?.byteLength ?? 0;
    expect(read).toBe(total);
    expect(own.session.status().state).toBe('online');
  });

  it('ends a call that nobody reads', async () => {
    const { own, connection } = await started(
      { limits: { stallTimeoutMs: 100 } },
      { timing: { stallSlackMs: 50, logoutMs: 50 } },
    );
    connection.say({ type: 'incoming', callId: 'c1', caller: 'osaka', info: INFO });
    await connection.next('answer');
    connection.say({ type: 'joined', callId: 'c1', peer: 'osaka' });
    const call = await own.joined();
    for (let count = 0; count < 100; count += 1)
      connection.socket.send(Buffer.alloc(60_000), { binary: true });
    await connection.closed;
    const reading = call.incoming[Symbol.asyncIterator]();
    let bytes = 0;
    const rest = (async () => {
      for (;;) bytes += (await reading.next()).value?.byteLength ?? 0;
    })();
    await expect(rest).rejects.toMatchObject({ callCause: 'stalled' });
    expect(bytes).toBeLessThan(600_000);
  });
});
