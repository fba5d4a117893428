// The other office cannot or will not take the fax: the sender sees which of these it is, in words.

import { expect } from 'vitest';
import { outcomeText } from '../../../protocol/outcomeTexts.ts';
import { connectFakeDevice } from '../../harness/fakeDevice.ts';
import { fixtureFile } from '../../harness/fixtures.ts';
import { stagedTest as test } from '../../harness/stagedTest.ts';
import { connectToRelay, startGateway } from '../../harness/testGateway.ts';
import { passwordOf } from '../../harness/testRelay.ts';
import { expectOutcome, expectRefusal, sendText, startOffices, startSender } from './offices.ts';

test('a device id that the relay does not know is told at once', async ({ stage }) => {
  const { kyoto } = await startSender(stage);
  const sent = await kyoto.command('send', fixtureFile('one-page.pdf'), '--to', 'nagoya', '--wait');
  expectRefusal(sent, 'DEVICE_UNKNOWN', outcomeText('DEVICE_UNKNOWN'));
});

test('of several recipients each has its own outcome, and not all confirmed is no success', async ({
  stage,
}) => {
  const { kyoto, osaka } = await startOffices(stage);
  const sent = await kyoto.command(
    'send',
    fixtureFile('one-page.pdf'),
    '--to',
    'osaka',
    '--to',
    'nagoya',
    '--wait',
  );
  expectRefusal(sent, 'DEVICE_UNKNOWN', outcomeText('DEVICE_UNKNOWN'));
  expect(sent.json()).toMatchObject({
    status: 'partly',
    pages: 1,
    recipients: [
      { device: 'osaka', status: 'confirmed', code: 'CONFIRMED', pagesConfirmed: 1 },
      { device: 'nagoya', status: 'failed', code: 'DEVICE_UNKNOWN', pagesConfirmed: 0 },
    ],
  });
  expect((await osaka.api().inbox.list.query({ limit: 10 })).items).toHaveLength(1);
});

test('an office that is not online gets the fax as soon as it is', async ({ stage }) => {
  const { relay, kyoto } = await startSender(stage);
  const document = await sendText(kyoto, 'osaka');
  await expectOutcome(kyoto, document.id, 'DEVICE_OFFLINE');
  const osaka = await startGateway(stage, 'osaka');
  await connectToRelay(osaka, relay);
  await expectOutcome(kyoto, document.id, 'CONFIRMED');
  expect((await osaka.api().inbox.list.query({ limit: 10 })).items).toHaveLength(1);
});

// Side by side, each with offices of its own: they wait.

test.concurrent('an office whose every connection is in a call is busy, and gets the fax when a call is over', async ({
  stage,
}) => {
  const { relay, kyoto, osaka } = await startOffices(stage);
  await osaka.api().settings.change.mutate({ maxConnections: 2 });
  // Callers who say nothing hold the callee's connections until it has none left.
  const callers = [];
  for (const deviceId of ['talker-1', 'talker-2', 'talker-3']) {
    await relay.addDevice(deviceId);
    const caller = await connectFakeDevice({ url: relay.url, deviceId, password: passwordOf(deviceId) });
    caller.tell({ type: 'connect', callee: 'osaka', info: { kind: 'document' } });
    callers.push(caller);
    const answer = await Promise.any([
      caller.next('joined').then(() => 'joined'),
      caller.next('connectFailed').then((message) => message['cause']),
    ]);
    if (answer !== 'joined') {
      expect(answer).toBe('busy');
      break;
    }
  }
  const document = await sendText(kyoto, 'osaka');
  await expectOutcome(kyoto, document.id, 'DEVICE_BUSY');
  for (const caller of callers) caller.close();
  await expectOutcome(kyoto, document.id, 'CONFIRMED', 60_000);
});

test.concurrent('an office that accepts nobody, or not this sender, refuses', async ({ stage }) => {
  const { kyoto, osaka } = await startOffices(stage);
  await osaka.api().settings.change.mutate({ accept: 'nobody' });
  const toNobody = await kyoto.command('send', fixtureFile('one-page.pdf'), '--to', 'osaka', '--wait');
  expectRefusal(toNobody, 'DEVICE_REFUSED', outcomeText('DEVICE_REFUSED'));

  await osaka.api().settings.change.mutate({ accept: 'everyone', blockedDevices: ['kyoto'] });
  const blocked = await kyoto.command('send', fixtureFile('one-page.pdf'), '--to', 'osaka', '--wait');
  expectRefusal(blocked, 'DEVICE_REFUSED', outcomeText('DEVICE_REFUSED'));

  await osaka.api().settings.change.mutate({ accept: 'contacts', blockedDevices: [] });
  const stranger = await kyoto.command('send', fixtureFile('one-page.pdf'), '--to', 'osaka', '--wait');
  expectRefusal(stranger, 'DEVICE_REFUSED', outcomeText('DEVICE_REFUSED'));
  await osaka.api().contacts.save.mutate({ name: 'Kyoto office', deviceId: 'kyoto' });
  const known = await kyoto.command('send', fixtureFile('one-page.pdf'), '--to', 'osaka', '--wait');
  expect(known.exitCode, known.stderr).toBe(0);
  expect((await osaka.api().inbox.list.query({ limit: 10 })).items).toHaveLength(1);
});

test.concurrent('an office that is online but never answers is told from one that is offline', async ({
  stage,
}) => {
  const { relay, kyoto } = await startSender(stage);
  const silent = await connectFakeDevice({
    url: relay.url,
    deviceId: 'osaka',
    password: passwordOf('osaka'),
    answer: () => 'silence',
  });
  stage.onClose(() => silent.close());
  const document = await sendText(kyoto, 'osaka');
  await expectOutcome(kyoto, document.id, 'DEVICE_NO_ANSWER', 60_000);
});
