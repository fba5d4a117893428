// The gateway's process: takes its options from its parent's message or from the command line, and ends in order.

import { parseArgs } from 'node:util';
import { startGateway, type Gateway, type GatewayOptions } from './gateway.ts';
import type { NodeHostReport, NodeHostRequest } from './starter/nodeHostStarter.ts';

let starting: Promise<Gateway> | undefined;

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end());
if (process.send === undefined) begin(optionsOf(process.argv.slice(2)));
else process.on('message', (message) => take(message as NodeHostRequest));

function take(request: NodeHostRequest): void {
  if (request.type === 'stop') {
    void end();
    return;
  }
  if (starting !== undefined) return;
  if (request.stopWithParent) process.once('disconnect', () => void end());
  begin(request.options);
}

function begin(options: GatewayOptions): void {
  starting = startGateway(options);
  starting.then(
    ({ origin, key }) => {
      if (process.send === undefined) process.stdout.write(`ready at ${origin}\n`);
      else report({ type: 'ready', ready: { origin, key } });
    },
    (error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      process.stderr.write(`${message}\n`);
      report({ type: 'failed', message });
      process.exitCode = 1;
      if (process.connected) process.disconnect();
    },
  );
}

/** A second call while the first is at work changes nothing; the gateway's own stop is bounded. */
async function end(): Promise<void> {
  let exitCode = 0;
  try {
    await (await starting)?.stop();
  } catch {
    // It never came up, which was told already.
    exitCode = 1;
  }
  process.exit(exitCode);
}

function report(message: NodeHostReport): void {
  if (process.connected) process.send?.(message);
}

function optionsOf(args: string[]): GatewayOptions {
  const { values } = parseArgs({
    args,
    options: {
      data: { type: 'string' },
      listen: { type: 'string', default: '127.0.0.1:4380' },
      'no-embedded-relay': { type: 'boolean', default: false },
      static: { type: 'string' },
    },
  });
  if (values.data === undefined) throw new Error('Say where the data are: --data DIR.');
  return {
    dataFolder: values.data,
    listen: values.listen,
    embeddedRelay: !values['no-embedded-relay'],
    staticFolder: values.static,
  };
}
