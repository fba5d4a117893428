// A modem host with a bug in its driver: in mid call an exception is thrown where nobody catches it.

import { createAtDialogue } from '../../native-bridge/modem/at/atDialogue.ts';
import { discoverModem, initialiseModem } from '../../native-bridge/modem/discovery/discoverModem.ts';
import { openSerial } from '../../native-bridge/modem/serial/serialConnection.ts';
import { serveModemHost } from '../../native-bridge/modem/serveModemHost.ts';

serveModemHost({
  openSerial,
  createDialogue: createAtDialogue,
  discover: discoverModem,
  initialise: initialiseModem,
  listPorts: async () => [],
  usbPorts: { identityOf: async () => undefined, find: async () => undefined },
  createDriver:
    () =>
    ({ dialogue }) => ({
      async run() {
        await dialogue.command('ATDT1', {
          timeoutMs: 60_000,
          onLine() {
            setImmediate(() => {
              throw new Error('a bug of this program');
            });
          },
        });
        return new Promise(() => undefined);
      },
    }),
});
