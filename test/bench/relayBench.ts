// What the relay carries, and what it costs: throughput and memory of many calls, with receivers that stand still.

import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openSqliteAccounts } from '../../relay/accounts/sqliteAccounts.ts';
import { cheapHash } from '../../relay/testing/memoryAccounts.ts';
import { joinCall, loginMessage, TestConnection } from '../../relay/testing/testDevice.ts';
import { residentMiB } from '../harness/processTree.ts';
import { passwordOf, startRelay, type TestRelay } from '../harness/testRelay.ts';
import type { Benchmark, Figure } from './bench.ts';

const CALLS = 20;
const MEASURE_MS = 4_000;
const FRAME = new Uint8Array(48 * 1024).fill(0x55);
/** What a sender keeps under way, so that only the relay's back-pressure holds it. */
const SENDER_FRAMES = 8;

export const relayBench: Benchmark = {
  name: 'relay',
  describe: `The relay: ${CALLS} calls of ${FRAME.length / 1024} KiB frames over loopback, all ends in one other process`,
  async run(stage) {
    const relay = await startRelay(stage);
    const rest: Figure = {
      figure: 'Memory at rest',
      value: residentMiB(relay.process().pid),
      unit: 'MiB',
      note: 'ready, nobody online',
    };
    addDevices(relay);
    const calls: Call[] = [];
    for (let index = 0; index < CALLS; index += 1) {
      const call = await openCall(relay, index);
      calls.push(call);
      stage.onClose(() => call.close());
    }
    const one = await measure(relay, calls.slice(0, 1));
    const all = await measure(relay, calls);
    calls[0]?.callee.ws.pause();
    const oneStalled = await measure(relay, calls);
    for (const call of calls) call.callee.ws.pause();
    const allStalled = await measure(relay, calls);
    return [
      rest,
      { figure: 'One call', value: one.mibPerSecond, unit: 'MiB/s', note: '' },
      { figure: `${CALLS} calls`, value: all.mibPerSecond, unit: 'MiB/s', note: 'together' },
      { figure: '… memory', value: all.peakMiB, unit: 'MiB', note: 'peak' },
      {
        figure: '… one receiver stalled',
        value: oneStalled.mibPerSecond,
        unit: 'MiB/s',
        note: 'the other calls together',
      },
      { figure: '… memory', value: oneStalled.peakMiB, unit: 'MiB', note: 'peak' },
      { figure: '… all receivers stalled, memory', value: allStalled.peakMiB, unit: 'MiB', note: 'peak' },
    ];
  },
};

interface Call {
  callee: TestConnection;
  /** Bytes that arrived at the callee so far. */
  received(): number;
  /** Sends as fast as it is taken until the signal. */
  pump(signal: AbortSignal): void;
  close(): void;
}

async function openCall(relay: TestRelay, index: number): Promise<Call> {
  const caller = await openDevice(relay, `sender-${index}`);
  const callee = await openDevice(relay, `receiver-${index}`);
  await joinCall(caller, callee, `receiver-${index}`);
  let received = 0;
  callee.ws.removeAllListeners('message');
  callee.ws.on('message', (data: Buffer) => {
    received += data.length;
  });
  return {
    callee,
    received: () => received,
    pump: (signal) => {
      const send = (): void => {
        if (!signal.aborted) caller.ws.send(FRAME, send);
      };
      for (let frame = 0; frame < SENDER_FRAMES; frame += 1) send();
    },
    close: () => {
      caller.ws.terminate();
      callee.ws.terminate();
    },
  };
}

/** Straight into the relay's accounts: forty commands would take longer than what is measured. */
function addDevices(relay: TestRelay): void {
  const accounts = openSqliteAccounts(path.join(relay.dataFolder, 'relay.sqlite'));
  for (let index = 0; index < CALLS; index += 1) {
    for (const deviceId of [`sender-${index}`, `receiver-${index}`]) {
      accounts.add({ deviceId, passwordHash: cheapHash(passwordOf(deviceId)) });
    }
  }
  accounts.close();
}

async function openDevice(relay: TestRelay, deviceId: string): Promise<TestConnection> {
  const connection = await new TestConnection(relay.url).opened();
  connection.say(loginMessage(deviceId, passwordOf(deviceId)));
  await connection.hear('loginAccepted');
  return connection;
}

async function measure(relay: TestRelay, calls: Call[]): Promise<{ mibPerSecond: number; peakMiB: number }> {
  const stop = new AbortController();
  const before = calls.reduce((sum, call) => sum + call.received(), 0);
  const since = performance.now();
  for (const call of calls) call.pump(stop.signal);
  let peakMiB = 0;
  while (performance.now() - since < MEASURE_MS) {
    await delay(100);
    peakMiB = Math.max(peakMiB, residentMiB(relay.process().pid));
  }
  const bytes = calls.reduce((sum, call) => sum + call.received(), 0) - before;
  const seconds = (performance.now() - since) / 1000;
  stop.abort();
  return { mibPerSecond: bytes / 2 ** 20 / seconds, peakMiB };
}
