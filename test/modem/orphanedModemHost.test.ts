// A gateway that is killed in the middle of a call: its modem host brings the modem on hook before it ends, whatever the
// modem is doing at that moment.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createHash } from 'node:crypto';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { encodePage } from '../../fax/t4/pageEncoder.ts';
import { modemReplySchema } from '../../protocol/modem.ts';
import type { FaxClass, ModemReply, ModemRequest } from '../../protocol/modem.ts';
import { charts } from '../t4/pages/charts.ts';
import { startVirtualExchange } from '../virtual-modem/virtualExchange.ts';
import type { ExchangeEvent, VirtualExchange } from '../virtual-modem/virtualExchange.ts';

const GATEWAY = fileURLToPath(new URL('mortalGateway.ts', import.meta.url));

const cleanUp: (() => unknown)[] = [];

afterAll(async () => {
  await Promise.all(cleanUp.splice(0).map((clean) => clean()));
});

const [page] = charts();
if (page === undefined) throw new Error('there is a chart');
const { width, height, raster } = page;

interface Stage {
  exchange: VirtualExchange;
  gateway: Mortal;
}

interface Mortal {
  send(request: ModemRequest): void;
  until(found: (reply: ModemReply) => boolean): Promise<void>;
  kill(): void;
  hostIsThere(): boolean;
}

/** In real time: what has to be over within seconds is over within seconds. */
async function aLine(faxClass: FaxClass): Promise<Stage> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hikyaku-orphan-'));
  const port = path.join(folder, 'fax');
  const exchange = await startVirtualExchange({
    modems: [{ number: '100', port }],
    machines: [
      { number: '200', localId: '200' },
      { number: '300', localId: '300', ringsToAnswer: 0 },
    ],
  });
  cleanUp.push(async () => {
    await exchange.close();
    await rm(folder, { recursive: true, force: true });
  });
  const gateway = await startGateway();
  gateway.send({
    type: 'open',
    setup: {
      path: port,
      faxClass,
      flowControl: 'auto',
      localId: '100',
      toneDialling: true,
      blindDial: false,
      extraInit: [],
    },
  });
  await gateway.until((reply) => reply.type === 'line' && reply.state === 'ready');
  return { exchange, gateway };
}

async function startGateway(): Promise<Mortal> {
  const gateway = fork(GATEWAY, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [first]: unknown[] = await once(gateway, 'message');
  const { hostPid } = z.object({ hostPid: z.number() }).parse(first);
  cleanUp.push(() => {
    gateway.kill('SIGKILL');
    if (isAlive(hostPid)) process.kill(hostPid, 'SIGKILL');
  });
  const replies: ModemReply[] = [];
  const watchers = new Set<() => void>();
  const send = (request: ModemRequest): void => void gateway.send(request);
  gateway.on('message', (message) => {
    const reply = modemReplySchema.parse(message);
    replies.push(reply);
    if (reply.type === 'pageWanted') {
      const data = new Uint8Array(encodePage(raster, width, height, { coding: 'MMR' }));
      const sha256 = createHash('sha256').update(data).digest('hex');
      const info = { width, height, xDpi: 204, yDpi: 196, byteLength: data.length, sha256 };
      send({ type: 'page', callId: reply.callId, page: reply.page, info, data });
    }
    for (const watch of watchers) watch();
  });
  return {
    send,
    until: (found) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (replies.some(found)) resolve();
        };
        watchers.add(look);
        look();
      }),
    kill: () => void gateway.kill('SIGKILL'),
    hostIsThere: () => isAlive(hostPid),
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const hints = { avoidModulations: [], avoidCodings: [], avoidEcm: false };

function dial(number: string): ModemRequest {
  const size = { width, height, xDpi: 204, yDpi: 196 };
  const documents = [{ pages: [size, size] }];
  return { type: 'dial', callId: 'call', number, documents, hints, answerWithinMs: 60_000 };
}

const answer: ModemRequest = {
  type: 'answer',
  callId: 'call',
  receives: true,
  documents: [],
  hints,
  copyQuality: { minGoodPercent: 95, maxBadRun: 5 },
};

/** A modem of class 2 may first have to send what it holds of a page. */
const MOST_MS = 32_000;

/** Within seconds: the host has ended, and its last act was to bring the modem on hook. */
async function expectOnHook({ exchange, gateway }: Stage): Promise<void> {
  const begun = performance.now();
  while (gateway.hostIsThere()) {
    if (performance.now() - begun > MOST_MS) throw new Error('the modem host goes on');
    await delay(20);
  }
  const modem = exchange.modem('100');
  expect(modem.control.call).toBeNull();
  expect(modem.control.engaged).toBe(false);
}

/** In a call; when the modem is looked at, it is asked what it can do (`AT+FTM=?`). */
const commanded =
  (command: string) =>
  ({ type, text }: ExchangeEvent): boolean =>
    type === 'command' && text.startsWith(command) && /\d$/.test(text);

/** The caller's page is on the line; its first fast carrier is the training check. */
function pageOnTheLine(): (event: ExchangeEvent) => boolean {
  let carriers = 0;
  return ({ type, text }) => {
    if (type !== 'line') return false;
    if (text === 'caller: trained') carriers += 1;
    return carriers === 2 && /^caller: \d+ octets$/.test(text);
  };
}

// Those that take longest begin first.

test.concurrent.each(['2', '2.0', '1'] as const)(
  'a gateway that is killed while a page leaves in class %s leaves the modem on hook',
  async (faxClass) => {
    const { gateway, exchange } = await aLine(faxClass);
    gateway.send(dial('200'));
    await exchange.waitFor(pageOnTheLine());
    gateway.kill();
    await expectOnHook({ exchange, gateway });
    // A modem of class 2 may have taken the whole page already, and ends it by itself.
    if (faxClass !== '1') return;
    expect((await exchange.machine('200').waitForCall()).outcome.pagesReceived).toBe(0);
  },
  90_000,
);

test.concurrent.each(['2', '2.0', '1'] as const)(
  'a gateway that is killed while a page comes in in class %s leaves the modem on hook',
  async (faxClass) => {
    const { gateway, exchange } = await aLine(faxClass);
    const geometry = { widthPixels: 1728, rows: height, resolution: 'R8x7.7' } as const;
    const sent = exchange.machine('200').send('100', [{ geometry, raster }]);
    await gateway.until(({ type }) => type === 'ring');
    gateway.send(answer);
    await exchange.waitFor(pageOnTheLine());
    gateway.kill();
    await expectOnHook({ exchange, gateway });
    expect((await sent).outcome.pagesSent).toBe(0);
  },
  90_000,
);

test.concurrent('a gateway that is killed while the number rings leaves the modem on hook', async () => {
  const { gateway, exchange } = await aLine('1');
  gateway.send(dial('300'));
  await exchange.waitFor(commanded('ATD'));
  await delay(3_000);
  gateway.kill();
  await expectOnHook({ exchange, gateway });
}, 90_000);

test.concurrent.each(['AT+FRH', 'AT+FTH', 'AT+FTS', 'AT+FRS', 'AT+FTM', 'AT+FRM'])(
  'a gateway that is killed during %s in class 1 leaves the modem on hook',
  async (command) => {
    const { gateway, exchange } = await aLine('1');
    if (command === 'AT+FRM') {
      const geometry = { widthPixels: 1728, rows: height, resolution: 'R8x7.7' } as const;
      void exchange.machine('200').send('100', [{ geometry, raster }]);
      await gateway.until(({ type }) => type === 'ring');
      gateway.send(answer);
    } else gateway.send(dial('200'));
    await exchange.waitFor(commanded(command));
    gateway.kill();
    await expectOnHook({ exchange, gateway });
  },
  90_000,
);

test.concurrent('a gateway that is killed while it stores a page leaves the modem on hook, and the page unconfirmed', async () => {
  const { gateway, exchange } = await aLine('1');
  const geometry = { widthPixels: 1728, rows: 400, resolution: 'R8x7.7' } as const;
  const sent = exchange.machine('200').send('100', [{ geometry, raster: raster.slice(0, 216 * 400) }]);
  await gateway.until(({ type }) => type === 'ring');
  gateway.send(answer);
  await gateway.until(({ type }) => type === 'pageReceived');
  gateway.kill();
  await expectOnHook({ exchange, gateway });
  expect((await sent).outcome.pagesSent).toBe(0);
}, 90_000);
