// A gateway host as electron/gatewayHost.ts is one, over the in-memory gateway: the shell's tests need no relay.

import { startApiServer } from '../../gateway/api/apiServer.ts';
import type { Log } from '../../gateway/log.ts';
import { serveParentPort } from '../../electron/parentPortHost.ts';
import { createFakeGateway } from './gatewayServices.ts';

const silent: Log = { info() {}, warn() {}, error() {} };
const KEY = 'the-key-that-no-page-may-see';

serveParentPort(async (options) => {
  if (options.dataFolder.endsWith('in-use')) throw new Error('Another gateway uses this folder.');
  const { services, files } = createFakeGateway();
  const server = await startApiServer({ services, files, listen: options.listen, key: KEY, log: silent });
  return {
    origin: server.origin,
    key: KEY,
    attachPort: (port) => server.attachPort(port),
    stop: () => server.close(),
  };
});
