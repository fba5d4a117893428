// Entry of the modem host, a child process (`fork(…, { serialization: 'advanced' })`) that speaks protocol/modem: one per
// line, with nothing else in it. It opens the port that it is told to, and no network connection.

import { createAtDialogue } from './at/atDialogue.ts';
import { createClass1Driver } from './class1/class1Driver.ts';
import { createClass2Driver } from './class2/class2Driver.ts';
import { discoverModem, initialiseModem } from './discovery/discoverModem.ts';
import { listPorts } from './serial/portList.ts';
import { openSerial } from './serial/serialConnection.ts';
import { createUsbPorts } from './serial/usbPorts.ts';
import { serveModemHost } from './serveModemHost.ts';

serveModemHost({
  openSerial,
  createDialogue: createAtDialogue,
  discover: discoverModem,
  initialise: initialiseModem,
  createDriver: (faxClass) => (faxClass.startsWith('1') ? createClass1Driver : createClass2Driver),
  listPorts,
  usbPorts: createUsbPorts(),
});
