// Somebody speaks a newer protocol: the other office, or the relay. The sender is told that an update is needed.

import { afterEach, beforeEach, expect, onTestFailed, test } from 'vitest';
import { outcomeText } from '../../../protocol/outcomeTexts.ts';
import { CALL_MESSAGE_CODES } from '../../../protocol/call.ts';
import { callFrameReader, encodeCallFrame, type CallFrame } from '../../harness/callFrames.ts';
import { connectFakeDevice, type FakeDevice } from '../../harness/fakeDevice.ts';
import { startFakeRelay } from '../../harness/fakeRelay.ts';
import { fixtureFile } from '../../harness/fixtures.ts';
import { openStage, type Stage } from '../../harness/stage.ts';
import { connectToRelay, startGateway } from '../../harness/testGateway.ts';
import { passwordOf } from '../../harness/testRelay.ts';
import { expectRefusal, startOffices, startSender } from './offices.ts';

const HELLO_OF_THE_FUTURE = {
  versions: [99],
  software: 'gateway of the future',
  capabilities: { codings: ['T6'], maxWidth: 1728, resolutions: [[204, 196]], encryption: [] },
};

let stage: Stage;
beforeEach(() => {
  stage = openStage();
  onTestFailed(() => console.log(stage.logs()));
});
afterEach(() => stage.close());

test('a callee that speaks only a newer call protocol', async () => {
  const { relay, kyoto } = await startSender(stage);
  const peer = await connectFakeDevice({
    url: relay.url,
    deviceId: 'osaka',
    password: passwordOf('osaka'),
    onData: callFrameReaderOf((frame, device) => {
      if (frame.code === CALL_MESSAGE_CODES.hello) device.send(encodeCallFrame('hello', HELLO_OF_THE_FUTURE));
      else device.release();
    }),
  });
  stage.onClose(() => peer.close());
  const sent = await kyoto.command('send', fixtureFile('one-page.pdf'), '--to', 'osaka', '--wait');
  expectRefusal(sent, 'PEER_VERSION', outcomeText('PEER_VERSION'));
});

test('a callee that refuses our version', async () => {
  const { relay, kyoto } = await startSender(stage);
  const peer = await connectFakeDevice({
    url: relay.url,
    deviceId: 'osaka',
    password: passwordOf('osaka'),
    onData: callFrameReaderOf((frame, device) => {
      if (frame.code === CALL_MESSAGE_CODES.hello) {
        device.send(encodeCallFrame('refuse', { code: 'PEER_VERSION' }));
      }
      device.release();
    }),
  });
  stage.onClose(() => peer.close());
  const sent = await kyoto.command('send', fixtureFile('one-page.pdf'), '--to', 'osaka', '--wait');
  expectRefusal(sent, 'PEER_VERSION', outcomeText('PEER_VERSION'));
});

test('a caller that speaks only a newer call protocol is told so, and leaves nothing behind', async () => {
  const { relay, osaka } = await startOffices(stage);
  await relay.addDevice('future');
  const refused = Promise.withResolvers<unknown>();
  const peer = await connectFakeDevice({
    url: relay.url,
    deviceId: 'future',
    password: passwordOf('future'),
    onJoined: (device) => device.send(encodeCallFrame('hello', HELLO_OF_THE_FUTURE)),
    onData: callFrameReaderOf((frame) => {
      if (frame.code === CALL_MESSAGE_CODES.refuse) refused.resolve(frame.header['code']);
    }),
  });
  stage.onClose(() => peer.close());
  peer.tell({ type: 'connect', callee: 'osaka', info: { kind: 'document' } });
  await peer.next('joined');
  expect(await refused.promise).toBe('PEER_VERSION');
  expect((await osaka.api().inbox.list.query({ limit: 10 })).items).toEqual([]);
});

test.each([
  { how: 'says so at login', answer: { type: 'loginRefused', code: 'versionNotSupported' } as const },
  { how: 'takes only a newer subprotocol', answer: undefined },
])('a relay of another version that $how', async ({ answer }) => {
  const relay = await startFakeRelay(answer);
  stage.onClose(() => relay.close());
  const kyoto = await startGateway(stage, 'kyoto');
  await connectToRelay(kyoto, relay, { wait: false });
  await kyoto.untilStatus('told', (status) => status.relay.outcome?.code === 'RELAY_VERSION');
  const status = await kyoto.command('status');
  expect(status.stdout).toContain('RELAY_VERSION');
});

/** A device's bytes are one stream of messages. */
function callFrameReaderOf(onFrame: (frame: CallFrame, device: FakeDevice) => void) {
  let reader: ((bytes: Buffer) => void) | undefined;
  return (bytes: Buffer, device: FakeDevice) => {
    reader ??= callFrameReader((frame) => onFrame(frame, device));
    reader(bytes);
  };
}
