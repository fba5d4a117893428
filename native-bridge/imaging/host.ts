// Entry of the imaging host, a child process (`fork(…, { serialization: 'advanced' })`) that speaks protocol/imaging.
// It reads the files it is told to and writes into the folders it is told to; it opens no network connection.
//
//   --step-limit-ms N        most processor time for one page (20000); 2.5 times that by the clock
//   --memory-limit-mib N     most memory of the process (1024)
//   --no-system-fonts        replace missing fonts by the bundled one only

import { constants, getPriority, setPriority } from 'node:os';
import { parseArgs } from 'node:util';
import { imagingRequestSchema } from '../../protocol/imaging.ts';
import type { ImagingReply } from '../../protocol/imaging.ts';
import { WorkerKeeper } from './workerKeeper.ts';

const MOST_WAITING = 1_000;
const EXIT_STUCK = 70;
const { PRIORITY_BELOW_NORMAL, PRIORITY_NORMAL } = constants.priority;

const { values } = parseArgs({
  options: {
    'step-limit-ms': { type: 'string', default: '20000' },
    'memory-limit-mib': { type: 'string', default: '1024' },
    'no-system-fonts': { type: 'boolean', default: false },
  },
});

// Calls and the person at the desk come first. Threads started from here on inherit it.
try {
  // Unless whoever started it has said how modest it is to be.
  if (getPriority() === PRIORITY_NORMAL) setPriority(PRIORITY_BELOW_NORMAL);
} catch {
  // A computer that does not let us be modest gets its pages all the same.
}

const keeper = new WorkerKeeper(
  {
    stepLimitMs: positive('step-limit-ms'),
    memoryLimitBytes: positive('memory-limit-mib') * 2 ** 20,
    systemFonts: !values['no-system-fonts'],
  },
  tell,
  () => process.exit(EXIT_STUCK),
);

process.on('message', (message: unknown) => {
  const request = imagingRequestSchema.safeParse(message);
  if (!request.success) {
    refuse(message, request.error.message);
  } else if (keeper.waiting >= MOST_WAITING) {
    refuse(message, 'too many jobs are waiting');
  } else {
    keeper.run(request.data);
  }
});

// The gateway is gone: nobody waits for the job any more.
process.on('disconnect', () => process.exit(0));

tell({ type: 'ready' });

function tell(reply: ImagingReply): void {
  // The channel closing is noticed by 'disconnect'.
  process.send?.(reply, undefined, undefined, () => {});
}

function refuse(message: unknown, detail: string): void {
  const jobId =
    typeof message === 'object' && message !== null && 'jobId' in message && typeof message.jobId === 'string'
      ? message.jobId.slice(0, 64)
      : '';
  if (jobId !== '') tell({ type: 'failed', jobId, code: 'INTERNAL_ERROR', detail });
}

function positive(name: 'step-limit-ms' | 'memory-limit-mib'): number {
  const value = Number(values[name]);
  if (!(value > 0)) throw new Error(`--${name} wants a number above 0`);
  return value;
}
