import { expect, test } from 'vitest';
import { faultBeforeOpening, faultWhileOpen, serialFaultOf } from './serialFault.ts';

test.each([
  ['Error: No such file or directory, cannot open /dev/ttyACM0', 'absent'],
  ['Error: No such device or address, cannot open /dev/ttyUSB0', 'absent'],
  ['Opening COM7: File not found', 'absent'],
  ['Error: Permission denied, cannot open /dev/ttyACM0', 'denied'],
  ["EACCES: permission denied, stat '/dev/ttyACM0'", 'denied'],
  ['Error: Device or resource busy, cannot open /dev/ttyACM0', 'held'],
  ['Error Resource temporarily unavailable Cannot lock port', 'held'],
  ['Opening COM3: Access denied', 'held'],
  ['Error: Inappropriate ioctl for device setting custom baud rate of 9600', 'broken'],
  ['Error: Input/output error, cannot open /dev/ttyS3', 'broken'],
])('"%s" is %s', (text, kind) => {
  const fault = serialFaultOf('/dev/modem', new Error(text));
  expect(fault.kind).toBe(kind);
  expect(fault.detail).toContain('/dev/modem');
});

test('A name with nothing behind it is absent, a folder is no port, a device may be tried', async () => {
  expect(await faultBeforeOpening('/nowhere/modem')).toMatchObject({ kind: 'absent' });
  expect(await faultBeforeOpening('/')).toMatchObject({ kind: 'broken' });
  expect(await faultBeforeOpening('/dev/null')).toBeUndefined();
});

test('A port that was open and fails is absent when its device is gone, else broken', async () => {
  expect(await faultWhileOpen('/nowhere/modem', new Error('EAGAIN'))).toMatchObject({ kind: 'absent' });
  expect(await faultWhileOpen('/dev/null', new Error('EIO: i/o error, read'))).toMatchObject({
    kind: 'absent',
  });
  expect(await faultWhileOpen('/dev/null', new Error('EACCES'))).toMatchObject({ kind: 'broken' });
  expect(await faultWhileOpen('/dev/null', 'strange')).toMatchObject({ kind: 'broken' });
});
