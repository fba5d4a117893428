// The way to the relay does not open: unreachable, not trusted, wrong password. And what relay and gateway refuse to start as.

import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { expect } from 'vitest';
import { outcomeText } from '../../../protocol/outcomeTexts.ts';
import { makeCertificates } from '../../harness/certificates.ts';
import { programCommand, runCommand } from '../../harness/commandLine.ts';
import { fixtureFile } from '../../harness/fixtures.ts';
import { startProcess } from '../../harness/runningProcess.ts';
import { stagedTest as test } from '../../harness/stagedTest.ts';
import { connectToRelay, startGateway } from '../../harness/testGateway.ts';
import { startRelay } from '../../harness/testRelay.ts';
import { expectOutcome, expectRefusal, sendText } from './offices.ts';

// Those side by side wait, each with offices of its own.

test.concurrent('a wrong password is told as such, the fax waits, and goes once the password is right', async ({
  stage,
}) => {
  const relay = await startRelay(stage);
  await relay.addDevice('kyoto');
  const kyoto = await startGateway(stage, 'kyoto');
  await connectToRelay(kyoto, relay, { password: 'wrong', wait: false });
  await kyoto.untilStatus('refused', (status) => status.relay.outcome?.code === 'RELAY_LOGIN_REFUSED');
  expect((await kyoto.command('status')).stdout).toContain('RELAY_LOGIN_REFUSED');
  const document = await sendText(kyoto, 'kyoto');
  await expectOutcome(kyoto, document.id, 'RELAY_LOGIN_REFUSED');
  await connectToRelay(kyoto, relay);
});

test('a device that the relay does not know gets the same answer as a wrong password', async ({ stage }) => {
  const relay = await startRelay(stage);
  const kyoto = await startGateway(stage, 'kyoto');
  await connectToRelay(kyoto, relay, { wait: false });
  await kyoto.untilStatus('refused', (status) => status.relay.outcome?.code === 'RELAY_LOGIN_REFUSED');
});

test.concurrent('a second PC with the same device id takes its place, and the first says so instead of fighting', async ({
  stage,
}) => {
  const relay = await startRelay(stage);
  await relay.addDevice('kyoto');
  const first = await startGateway(stage, 'first');
  await connectToRelay(first, relay, { deviceId: 'kyoto' });
  const second = await startGateway(stage, 'second');
  await connectToRelay(second, relay, { deviceId: 'kyoto' });
  const { relay: state } = await first.untilStatus(
    'replaced',
    (status) => status.relay.outcome?.code === 'RELAY_REPLACED',
  );
  expect(Date.parse(state.nextAttemptAt ?? '') - Date.now()).toBeGreaterThan(30_000);
  expect((await second.api().status.query()).relay.state).toBe('online');
});

test.concurrent('a relay that is not there is told as unreachable, and found once it is', async ({
  stage,
}) => {
  const relay = await startRelay(stage);
  await relay.addDevice('kyoto');
  await relay.addDevice('osaka');
  await relay.kill();
  const kyoto = await startGateway(stage, 'kyoto');
  await connectToRelay(kyoto, relay, { wait: false });
  await kyoto.untilStatus('told', (status) => status.relay.outcome?.code === 'RELAY_UNREACHABLE');
  const document = await sendText(kyoto, 'osaka');
  await expectOutcome(kyoto, document.id, 'RELAY_UNREACHABLE');
  await relay.start();
  await kyoto.online(60_000);
  await expectOutcome(kyoto, document.id, 'DEVICE_OFFLINE');
});

test.concurrent('a server that takes the connection and says nothing is told as unreachable', async ({
  stage,
}) => {
  const silent = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => silent.once('listening', resolve));
  stage.onClose(() => {
    silent.close();
  });
  const url = `ws://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const kyoto = await startGateway(stage, 'kyoto');
  await connectToRelay(kyoto, { url }, { wait: false });
  await kyoto.untilStatus('told', (status) => status.relay.outcome?.code === 'RELAY_UNREACHABLE', 60_000);
});

test('a certificate that nobody vouches for is refused, and accepted with its authority', async ({
  stage,
}) => {
  const tls = await makeCertificates(stage.folder);
  const relay = await startRelay(stage, { tls });
  await relay.addDevice('kyoto');
  const kyoto = await startGateway(stage, 'kyoto');
  await connectToRelay(kyoto, relay, { wait: false });
  await kyoto.untilStatus('told', (status) => status.relay.outcome?.code === 'RELAY_CERTIFICATE');
  expect((await kyoto.command('status')).stdout).toContain('RELAY_CERTIFICATE');
  await connectToRelay(kyoto, relay, { ca: tls.ca });
  expect((await kyoto.api().status.query()).relay.encrypted).toBe(true);
});

test.concurrent('a relay does not listen to the world without TLS unless it is told to', async ({
  stage,
}) => {
  const serve = (...more: string[]) => [
    'serve',
    '--data',
    `${stage.folder}/relay`,
    '--listen',
    '0.0.0.0:0',
    ...more,
  ];
  const refused = await runCommand('hikyaku-relay', serve('--json'), { env: stage.env });
  expect(refused.exitCode).not.toBe(0);
  expect(refused.json()).toMatchObject({ error: { code: expect.any(String) } });
  expect(refused.stderr).toMatch(/TLS/);
  const told = await startProcess({
    name: 'insecure relay',
    ...programCommand('hikyaku-relay', serve('--insecure')),
    env: stage.env,
    readyLine: /ready/,
  });
  stage.own(told, 'insecure relay');
  await told.stop();
});

test('commands without a running gateway say so', async ({ stage }) => {
  const folder = `${stage.folder}/nobody`;
  const result = await runCommand('hikyaku', ['inbox', '--data', folder, '--json'], { env: stage.env });
  expectRefusal(result, 'NOT_RUNNING', 'No gateway is running on this data folder.');
});

test('two gateways do not share a data folder, and the first is not disturbed', async ({ stage }) => {
  const kyoto = await startGateway(stage, 'kyoto');
  const endpoint = await readFile(`${kyoto.dataFolder}/endpoint.json`, 'utf8');
  const second = await kyoto.command('serve', '--listen', '127.0.0.1:0', '--no-embedded-relay');
  expect(second.exitCode).not.toBe(0);
  expect(second.stderr).toMatch(/already running/i);
  expect(await readFile(`${kyoto.dataFolder}/endpoint.json`, 'utf8')).toBe(endpoint);
  expect((await kyoto.command('status')).exitCode).toBe(0);
});

test('a fax without any relay waits and says why', async ({ stage }) => {
  const kyoto = await startGateway(stage, 'kyoto');
  const sent = await kyoto.command('send', fixtureFile('one-page.pdf'), '--to', 'osaka');
  expect(sent.exitCode, sent.stderr).toBe(0);
  const { id } = sent.json() as { id: string };
  await expectOutcome(kyoto, id, 'RELAY_NOT_CONFIGURED');
  expect(outcomeText('RELAY_NOT_CONFIGURED')).toMatch(/No relay/);
});
