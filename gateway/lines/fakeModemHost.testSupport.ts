// A modem host for tests, as a process of its own: what it does stands in the name of its port and in the number dialled.
// Beside the port it notes its starts (`starts`) and requests (`requests`).

import { appendFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { outcome, type OutcomeCode } from '../../protocol/outcome.ts';
import type { CallReport, ModemIdentity, ModemReply, ModemRequest } from '../../protocol/modem.ts';

const MODEM: ModemIdentity = {
  maker: 'Fake',
  model: 'Modem',
  revision: '1',
  profile: 'generic',
  classes: ['1'],
  faxClass: '1',
  sendRatesBps: [9_600, 14_400],
  receiveRatesBps: [14_400],
  ecm: true,
};
const PAGE = Buffer.from('page as T.6');

let folder: string | undefined;
let call: Extract<ModemRequest, { type: 'dial' | 'answer' }> | undefined;
let afterPage: ((request: ModemRequest) => void) | undefined;

process.on('message', (message: ModemRequest) => {
  if (folder !== undefined) note('requests', JSON.stringify(message));
  take(message);
});
process.on('disconnect', () => process.exit(0));
say({ type: 'started' });

function take(request: ModemRequest): void {
  switch (request.type) {
    case 'open':
      open(request.setup.path, JSON.stringify(request.setup));
      break;
    case 'test':
      test(request.testId);
      break;
    case 'listPorts':
      // The environment tells where: tests give it through the folder for temporary files.
      say({
        type: 'ports',
        ports: ['ready', 'absent', 'mute'].map((name) => {
          const path = join(process.env['TMPDIR'] ?? '/', name);
          return { path, device: path, maker: 'Fake' };
        }),
      });
      break;
    case 'ping':
      say({ type: 'pong' });
      break;
    case 'dial':
      dial(request);
      break;
    case 'answer':
      answer(request);
      break;
    case 'hangUp':
      if (call?.type === 'dial' && call.number === '107') break;
      end({ code: 'CANCELLED' });
      break;
    case 'close':
      if (folder !== undefined && basename(folder) === 'stubborn') break;
      process.exit(0);
      break;
    case 'page':
    case 'pageUnavailable':
    case 'pageStored':
    case 'pageNotStored':
      afterPage?.(request);
  }
}

function open(path: string, setup: string): void {
  folder = dirname(path);
  const name = basename(path);
  note('starts', `${process.pid} ${Object.keys(process.env).sort().join(' ')}`);
  note('requests', `{"type":"open","setup":${setup}}`);
  say({ type: 'line', state: 'opening' });
  if (name === 'dies') process.exit(3);
  if (name === 'mute') return;
  if (name === 'absent' || name === 'held' || name === 'denied' || name === 'silent' || name === 'unfit') {
    say({ type: 'line', state: name, detail: `${name} as its name says` });
    return;
  }
  if (name === 'letter.pdf') {
    say({ type: 'line', state: 'silent', detail: `${path} is not a serial port.` });
    return;
  }
  say({ type: 'line', state: 'ready', modem: MODEM });
  const rings = /^rings-(\d)/.exec(name)?.[1];
  if (rings === undefined) return;
  const isLate = name.endsWith('-late');
  const isUnready = isLate || name.endsWith('-unready');
  say({ type: 'line', state: isUnready ? 'inCall' : 'ringing' });
  if (name.endsWith('-tells')) {
    say({ type: 'ring', count: 1, callerIdDue: true });
    say({ type: 'ring', count: 1, callerIdDue: true, callerNumber: '0312345678' });
    say({ type: 'ring', count: 1, callerNumber: '0312345678', callerName: 'OSAKA' });
    return;
  }
  const distinctive = name.endsWith('-double');
  for (let count = 1; count <= Number(rings); count += 1) {
    say({ type: 'ring', count, callerNumber: '0312345678', ...(distinctive ? { cadence: 'double' } : {}) });
  }
  if (isLate) say({ type: 'line', state: 'ringing', modem: MODEM });
}

function test(testId: string): void {
  say({
    type: 'tested',
    testId,
    result: { answers: true, modem: MODEM, dialTone: 'heard', dialogue: ['AT', 'OK'] },
  });
}

/** Sends what is given, page by page, unless the number asks for something else. */
function dial(request: Extract<ModemRequest, { type: 'dial' }>): void {
  call = request;
  const { callId, number } = request;
  const pages = request.documents.reduce((sum, document) => sum + document.pages.length, 0);
  say({ type: 'line', state: 'inCall' });
  say({
    type: 'progress',
    callId,
    progress: { phase: 'identifying', remoteId: 'FAR', rateBps: 14_400, pagesSent: 0, pagesReceived: 0 },
  });
  say({ type: 'journal', callId, line: { atMs: 0, text: `dialled ${number}` } });
  if (number === '105') return end({ code: 'TEL_BUSY' });
  if (number === '106') return end({ code: 'CONFIRMED', pagesSent: 0 });
  if (number === '107') return;
  if (number === '108') {
    // Counts that run back, and beyond what there is.
    for (const count of [1, 0, 2, 1, 9]) say({ type: 'pagesConfirmed', callId, pages: count });
    return end({ code: 'FAX_HUNG_UP', pagesSent: 1 });
  }
  let page = 0;
  const next = (): void => {
    if (page === pages) return end({ code: 'CONFIRMED', pagesSent: pages, remoteId: 'FAR' });
    say({ type: 'pageWanted', callId, page });
  };
  afterPage = (answer) => {
    if (answer.type === 'pageUnavailable') return end({ code: 'INTERNAL_ERROR', detail: answer.detail });
    page += 1;
    say({ type: 'pagesConfirmed', callId, pages: page });
    if (number === '101') process.exit(1);
    if (number === '102') for (;;);
    if (number === '103') {
      process.send?.({ type: 'pagesConfirmed', callId, pages: -5 });
      return;
    }
    next();
  };
  next();
}

/** Two pages come, the second one twice. */
function answer(request: Extract<ModemRequest, { type: 'answer' }>): void {
  call = request;
  const { callId } = request;
  say({ type: 'line', state: 'inCall' });
  const indexes = [0, 1, 1];
  let refused = false;
  const next = (): void => {
    const page = indexes.shift();
    if (page === undefined || refused)
      return end({ code: refused ? 'DISK_FULL' : 'CONFIRMED', pagesReceived: 9, complete: !refused });
    say({
      type: 'pageReceived',
      callId,
      page,
      info: { width: 8, height: 8, xDpi: 204, yDpi: 196, byteLength: PAGE.length, sha256: 'a'.repeat(64) },
      data: new Uint8Array(PAGE),
      quality: { rows: 8, badRows: 0, longestBadRun: 0, ecm: true },
    });
  };
  afterPage = (reply) => {
    refused = reply.type === 'pageNotStored';
    next();
  };
  next();
}

function end(end: { code: OutcomeCode; detail?: string } & Partial<CallReport>): void {
  if (call === undefined) return;
  const { code, detail, ...more } = end;
  const report: CallReport = {
    outcome: outcome(code, 'release', detail),
    direction: call.type === 'dial' ? 'outgoing' : 'incoming',
    connectedMs: 1_000,
    pagesSent: 0,
    pagesReceived: 0,
    complete: code === 'CONFIRMED',
    trouble: { trainingFailedAt: [], repeats: 0 },
    ...more,
  };
  say({ type: 'ended', callId: call.callId, report });
  say({ type: 'line', state: 'ready', modem: MODEM });
  call = undefined;
  afterPage = undefined;
}

function say(reply: ModemReply): void {
  process.send?.(reply);
}

function note(name: string, text: string): void {
  if (folder !== undefined) appendFileSync(join(folder, name), `${text}\n`);
}
