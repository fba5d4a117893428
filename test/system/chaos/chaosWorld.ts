// The offices of the chaos scenario: one relay, a slow and cuttable network, many gateways that die and come back.

import { DEFAULT_DOCUMENT_RATE } from './chaosPlan.ts';
import { startCutProxy, type CutProxy } from '../../harness/cutProxy.ts';
import { connectToRelay, startGateway, type TestGateway } from '../../harness/testGateway.ts';
import { startRelay, type TestRelay } from '../../harness/testRelay.ts';
import type { Stage } from '../../harness/stage.ts';

export interface ChaosWorld {
  readonly relay: TestRelay;
  readonly network: CutProxy;
  readonly offices: Office[];
  /** Waits until everything that was killed is back. */
  allBack(): Promise<void>;
  killRelay(): Promise<void>;
}

export interface Office {
  readonly deviceId: string;
  readonly gateway: TestGateway;
  /** Nobody has killed it, or it is back. */
  up(): boolean;
  /** Resolves at once when it is up, else when it is back. */
  whenUp(): Promise<void>;
  /** SIGKILL; runs `whileDead` on what it left, and starts it again in the background. */
  killAndRestart(whileDead: () => Promise<void>): Promise<void>;
}

export async function buildChaosWorld(stage: Stage, howMany: number): Promise<ChaosWorld> {
  const relay = await startRelay(stage);
  const network = await startCutProxy({ targetPort: relay.port, bytesPerSecond: DEFAULT_DOCUMENT_RATE });
  stage.onClose(() => network.close());
  const url = `ws://127.0.0.1:${network.port}`;
  const offices: Office[] = [];
  for (let number = 0; number < howMany; number += 1) {
    const deviceId = `office-${number}`;
    await relay.addDevice(deviceId);
    const gateway = await startGateway(stage, deviceId);
    await connectToRelay(gateway, { url });
    offices.push(officeOf(deviceId, gateway));
  }
  let relayBack: Promise<void> = Promise.resolve();
  return {
    relay,
    network,
    offices,
    allBack: async () => {
      await relayBack;
      for (const office of offices) await office.whenUp();
    },
    killRelay: async () => {
      await relayBack;
      await relay.kill();
      relayBack = relay.start();
      await relayBack;
    },
  };
}

function officeOf(deviceId: string, gateway: TestGateway): Office {
  let up = true;
  let back: Promise<void> = Promise.resolve();
  return {
    deviceId,
    gateway,
    up: () => up,
    whenUp: () => back,
    killAndRestart: async (whileDead) => {
      up = false;
      const restarted = Promise.withResolvers<void>();
      back = restarted.promise;
      // Whoever waits for it hears of a failed start; until then it is nobody's unhandled rejection.
      back.catch(() => undefined);
      await gateway.kill();
      await whileDead();
      gateway.start().then(() => {
        up = true;
        restarted.resolve();
      }, restarted.reject);
    },
  };
}
