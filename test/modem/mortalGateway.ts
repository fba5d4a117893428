// A gateway as a modem host sees it, to be killed: forks the host, and passes on what either side says.

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const HOST = fileURLToPath(new URL('../../native-bridge/modem/host.ts', import.meta.url));

const host = fork(HOST, [], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
process.send?.({ hostPid: host.pid });
host.on('message', (message) => process.send?.(message));
process.on('message', (message) => {
  if (typeof message === 'object' && message !== null) host.send(message);
});
