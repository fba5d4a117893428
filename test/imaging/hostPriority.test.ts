// How modest an imaging host is: as modest as the one who started it said, and modest when nobody said.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { constants, getPriority, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const HOST = fileURLToPath(new URL('../../native-bridge/imaging/host.ts', import.meta.url));
const { PRIORITY_BELOW_NORMAL, PRIORITY_NORMAL } = constants.priority;

test.each([
  { given: PRIORITY_NORMAL, kept: PRIORITY_BELOW_NORMAL },
  // A page on the screen and the header line of a call come before the preparing of files.
  { given: 5, kept: 5 },
])('a host that is started at $given works at $kept', async ({ given, kept }) => {
  const child = fork(HOST, [], { serialization: 'advanced' });
  try {
    const ready = once(child, 'message');
    if (given !== PRIORITY_NORMAL) setPriority(child.pid ?? 0, given);
    await ready;
    expect(getPriority(child.pid)).toBe(kept);
  } finally {
    const exited = once(child, 'exit');
    child.disconnect();
    await exited;
  }
});
