// Two offices behind address translation, where nobody can connect to either: they still reach each other.

import { afterEach, beforeEach, expect, onTestFailed, test } from 'vitest';
import { makeCertificates } from '../harness/certificates.ts';
import { fixtureFile } from '../harness/fixtures.ts';
import {
  buildNatNetwork,
  OFFICE_ADDRESS,
  RELAY_ADDRESS,
  whyNoNamespaces,
  type NatNetwork,
  type Office,
} from '../harness/natNetwork.ts';
import { startProcess } from '../harness/runningProcess.ts';
import { openStage, type Stage } from '../harness/stage.ts';
import { connectToRelay, startGateway, type TestGateway } from '../harness/testGateway.ts';
import { startRelay } from '../harness/testRelay.ts';
import type { IncomingDocument } from '../../protocol/api/types.ts';

/** Something in each office that would answer everybody, if only it could be reached. */
const LAN_PORT = 8080;
const KEEPALIVE_SECONDS = 2;
/** A router that forgets idle connections sooner than two and a half keepalives, but not sooner than two. */
const ROUTER_FORGETS_AFTER_SECONDS = 4;

let stage: Stage;
beforeEach(() => {
  stage = openStage();
  onTestFailed(() => console.log(stage.logs()));
});
afterEach(() => stage.close());

test('two offices behind NAT send to each other, idle through time-outs, and survive a router that restarts', async (context) => {
  const reason = await whyNoNamespaces();
  if (reason !== undefined) {
    console.log(`NOT TESTED: network namespaces cannot be made here: ${reason}`);
    context.skip(`network namespaces cannot be made here: ${reason}`);
  }
  const network = await buildNatNetwork();
  stage.onClose(() => network.close());
  const { a, b } = await startOffices(network);
  await startLanServer(network, 'a');
  await startLanServer(network, 'b');

  // Nobody gets in: not with the private address, not with the router's, not even when the route is known.
  for (const office of ['a', 'b'] as const) {
    expect(
      await network.canConnect(network.router[office], OFFICE_ADDRESS, LAN_PORT),
      'from its own LAN',
    ).toBe(true);
    expect(await network.canConnect(network.office[office], RELAY_ADDRESS, 443), 'out to the relay').toBe(
      true,
    );
    for (const address of [OFFICE_ADDRESS, network.publicAddress(office)]) {
      expect(await network.canConnect(network.relay, address, LAN_PORT), `from the relay to ${address}`).toBe(
        false,
      );
    }
    await network.tellRouteIn(office);
    expect(await network.canConnect(network.relay, OFFICE_ADDRESS, LAN_PORT), 'with a route').toBe(false);
  }

  await sendAndExpect(a, 'a', b);
  await sendAndExpect(b, 'b', a);

  // Idle for longer than the routers remember: the keepalives hold the way open, on the same connections.
  await network.forgetIdleConnectionsAfter('a', ROUTER_FORGETS_AFTER_SECONDS);
  await network.forgetIdleConnectionsAfter('b', ROUTER_FORGETS_AFTER_SECONDS);
  const onlineSince = (await a.api().status.query()).relay.since;
  await idle(3 * ROUTER_FORGETS_AFTER_SECONDS);
  expect((await a.api().status.query()).relay.since, 'the same session').toBe(onlineSince);
  await sendAndExpect(b, 'b', a);

  // The router forgets everything and has another public address: A notices by itself and comes back.
  const before = (await a.api().status.query()).relay.since;
  const restartedAt = performance.now();
  await network.restartRouter('a');
  await a.untilStatus(
    'online again',
    ({ relay }) => relay.state === 'online' && relay.since !== before,
    30_000,
  );
  console.log(
    `back online ${((performance.now() - restartedAt) / 1000).toFixed(1)} s after the router restarted`,
  );
  await sendAndExpect(b, 'b', a);
  await sendAndExpect(a, 'a', b);
});

async function startOffices(network: NatNetwork): Promise<Record<Office, TestGateway>> {
  const tls = await makeCertificates(stage.folder, [RELAY_ADDRESS]);
  const relay = await startRelay(stage, {
    namespace: network.relay,
    listen: `${RELAY_ADDRESS}:443`,
    tls,
    args: ['--keepalive', String(KEEPALIVE_SECONDS)],
  });
  const office = async (name: Office) => {
    await relay.addDevice(name);
    const gateway = await startGateway(stage, name, { namespace: network.office[name] });
    await connectToRelay(gateway, relay, { ca: tls.ca });
    return gateway;
  };
  return { a: await office('a'), b: await office('b') };
}

/** The gateway itself listens on loopback only, so the way into the office is tried with a server that does not. */
async function startLanServer(network: NatNetwork, office: Office): Promise<void> {
  const program = `require('node:net').createServer((socket) => socket.end())
    .listen(${LAN_PORT}, '0.0.0.0', () => console.log('open to all'))`;
  const server = await startProcess({
    name: `LAN server of ${office}`,
    command: 'ip',
    args: ['netns', 'exec', network.office[office], process.execPath, '-e', program],
    env: stage.env,
    readyLine: /open to all/,
  });
  stage.own(server, `LAN server of ${office}`);
}

async function sendAndExpect(from: TestGateway, fromId: Office, to: TestGateway): Promise<void> {
  const before = await inboxOf(to);
  const toId = fromId === 'a' ? 'b' : 'a';
  const sent = await from.command('send', fixtureFile('one-page.pdf'), '--to', toId, '--wait');
  expect(sent.exitCode, sent.stderr).toBe(0);
  const after = await inboxOf(to);
  expect(after).toHaveLength(before.length + 1);
  expect(after[0]).toMatchObject({ from: fromId, pages: 1, state: 'complete' });
}

async function inboxOf(gateway: TestGateway): Promise<IncomingDocument[]> {
  return (await gateway.command('inbox')).json() as IncomingDocument[];
}

/** Time passing is the thing tested here. */
function idle(seconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, seconds * 1000);
  });
}
