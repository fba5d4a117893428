// The imaging host's worker thread: does one job at a time. It may be terminated at any moment.

import { parentPort, workerData } from 'node:worker_threads';
import type { ImagingRequest } from '../../protocol/imaging.ts';
import { exportPages } from './export/exportPages.ts';
import { toImagingError } from './imagingError.ts';
import { pdfiumLibrary } from './pdf/pdfiumLibrary.ts';
import { drawHeaders } from './prepare/drawHeaders.ts';
import { preparePages } from './prepare/preparePages.ts';
import { pageImage } from './view/pageImage.ts';
import type { FromWorker, ToWorker, WorkerOptions } from './workerMessages.ts';

const port = parentPort;
if (port === null) throw new Error('worker.ts runs as a worker thread of host.ts');
const options = workerData as WorkerOptions;

port.on('message', (request: ToWorker) => void work(request));
// The first PDF shall not wait for WebAssembly to be compiled. If it fails, that PDF says so.
pdfiumLibrary().catch(() => {});

function tell(message: FromWorker): void {
  port?.postMessage(message);
}

/** Never rejects: the job ends in exactly one reply. */
async function work(request: ImagingRequest): Promise<void> {
  const { jobId } = request;
  try {
    const step = (pagesDone: number, pagesTotal: number | undefined) =>
      tell({ type: 'step', jobId, pagesDone, pagesTotal });
    if (request.type === 'prepare') {
      const events = { step, page: (page: Parameters<typeof tellPage>[1]) => tellPage(jobId, page) };
      tell({ type: 'prepared', jobId, ...(await preparePages(request, events, options)) });
    } else if (request.type === 'pageImage') {
      tell({ type: 'image', jobId, png: await pageImage(request) });
    } else if (request.type === 'headers') {
      tell({ type: 'headers', jobId, ...(await drawHeaders(request, step)) });
    } else {
      tell({ type: 'exported', jobId, byteLength: await exportPages(request, step) });
    }
  } catch (error) {
    const { code, message, fileName, cause } = toImagingError(error);
    if (cause instanceof Error && (cause.name === 'RuntimeError' || cause.name === 'RangeError')) {
      tell({ type: 'spoiled' });
    }
    tell({ type: 'failed', jobId, code, detail: message, ...(fileName === undefined ? {} : { fileName }) });
  }
}

function tellPage(jobId: string, page: Extract<FromWorker, { type: 'page' }>['page']): void {
  tell({ type: 'page', jobId, page });
}
