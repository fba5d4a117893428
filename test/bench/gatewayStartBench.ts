// How long a person waits for the gateway after starting it.

import { startGateway } from '../harness/testGateway.ts';
import { startRelay } from '../harness/testRelay.ts';
import { median, repeat, type Benchmark } from './bench.ts';

const ROUNDS = 5;

export const gatewayStartBench: Benchmark = {
  name: 'start',
  describe: 'Start to ready',
  async run(stage) {
    const gatewayMs = await repeat(ROUNDS, async (round) => {
      const gateway = await startGateway(stage, `office-${round}`);
      const { startedInMs } = gateway.process();
      await gateway.stop();
      return startedInMs;
    });
    const relayMs = await repeat(ROUNDS, async (round) => {
      const relay = await startRelay(stage, { name: `relay-${round}` });
      const { startedInMs } = relay.process();
      await relay.stop();
      return startedInMs;
    });
    const note = `median of ${ROUNDS}, fresh data folder`;
    return [
      { figure: 'Gateway start to ready', value: median(gatewayMs), unit: 'ms', note },
      { figure: 'Relay start to ready', value: median(relayMs), unit: 'ms', note },
    ];
  },
};
