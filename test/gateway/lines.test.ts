// Telephone lines of a whole gateway, with real modem hosts on virtual modems: added, ready, tested, used, unplugged,
// come back, their process killed, removed.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Line } from '../../protocol/api/lines.ts';
import { descendants } from '../harness/processTree.ts';
import { startVirtualExchange } from '../virtual-modem/virtualExchange.ts';
import type { VirtualExchange } from '../virtual-modem/virtualExchange.ts';
import { openOffice } from './office.ts';
import type { Office } from './office.ts';

let folder: string;
let exchange: VirtualExchange;
let office: Office;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hikyaku-lines-'));
  exchange = await startVirtualExchange({
    clock: 10,
    modems: [
      { number: '101', port: join(folder, 'modem-101'), classes: ['1'] },
      { number: '102', port: join(folder, 'modem-102'), classes: ['2.0'] },
    ],
    machines: [{ number: '200' }],
    oddNumbers: { 300: 'busy' },
  });
  office = await openOffice(join(folder, 'office'));
});

afterEach(async () => {
  await office.stop();
  await exchange.close();
  await rm(folder, { recursive: true, force: true });
});

const port = (number: string): string => join(folder, `modem-${number}`);

function modemHosts(): number[] {
  return descendants(process.pid)
    .filter(({ commandLine }) => commandLine.includes('modem/host.ts'))
    .map(({ pid }) => pid);
}

const untilState = (id: string, state: Line['state']): Promise<Line> =>
  office.until(`line is ${state}`, async () =>
    (await office.api.lines.list.query()).find((line) => line.id === id && line.state === state),
  );

const receivedPages = (): number =>
  exchange.machine('200').calls.reduce((sum, { pages }) => sum + pages.length, 0);

describe('a line on a virtual modem', () => {
  test('is added and ready, tested with a call, sends a fax, and is removed with its process', async () => {
    await office.api.settings.change.mutate({ faxNumber: '+81 75 000 0001' });
    const line = await office.api.lines.add.mutate({ path: port('101') });
    expect(line).toMatchObject({ state: 'ready', modem: { classes: ['1'], faxClass: '1' } });
    expect(modemHosts()).toHaveLength(1);

    const report = await office.api.lines.test.mutate({ lineId: line.id, number: '200' });
    expect(report).toMatchObject({ passed: true, answers: true, call: { remoteId: '200' } });
    expect(report.text).toContain('A fax machine answered the test call to 200, which calls itself “200”.');
    const busy = await office.api.lines.test.mutate({ lineId: line.id, number: '300' });
    expect(busy).toMatchObject({ passed: false, call: { outcome: { code: 'TEL_BUSY' } } });
    expect(busy.text).toContain('The number is busy. The line itself works.');

    const sent = await office.sendText('a.txt', 'Hello', ['tel:200']);
    await office.until('delivered', async () => {
      const { status } = await office.api.outgoing.get.query({ documentId: sent.id });
      return status === 'confirmed' ? status : undefined;
    });
    expect(receivedPages()).toBe(1);

    await untilState(line.id, 'ready');
    await office.api.lines.remove.mutate({ lineId: line.id });
    expect(await office.api.lines.list.query()).toEqual([]);
    expect(modemHosts()).toEqual([]);
    // Its port is free for whoever comes next.
    expect(await office.api.lines.add.mutate({ path: port('101') })).toMatchObject({ state: 'ready' });
  });

  test('is absent while it is unplugged, says so in the status, and comes back by itself', async () => {
    const { id } = await office.api.lines.add.mutate({ path: port('102'), name: 'Front' });
    await exchange.modem('102').unplug();
    const absent = await untilState(id, 'absent');
    expect(absent.text).toContain('Plug the modem in');
    const { lines } = await office.api.status.query();
    expect(lines).toEqual([{ id, name: 'Front', state: 'absent', text: absent.text }]);
    const test = await office.api.lines.test.mutate({ lineId: id });
    expect(test).toMatchObject({ passed: false, answers: false, text: absent.text });
    await exchange.modem('102').plug();
    expect(await untilState(id, 'ready')).toMatchObject({ modem: { faxClass: '2.0' } });
  });

  test('whose process is killed in mid call comes back, and the fax is delivered once', async () => {
    const { retry } = await office.api.settings.telephone.query();
    await office.api.settings.changeTelephone.mutate({
      retry: { ...retry, broken: { delaySeconds: 5, tries: 3 } },
    });
    const { id } = await office.api.lines.add.mutate({ path: port('101') });
    const sent = await office.sendText('a.txt', 'Hello', ['tel:200']);
    await exchange.waitFor(({ type, text }) => type === 'command' && text.includes('+FTM=1'));
    const [first] = modemHosts();
    if (first === undefined) throw new Error('no modem host');
    process.kill(first, 'SIGKILL');
    const broken = await office.until('the call is broken', async () => {
      const attempts = await office.api.outgoing.attempts.query({ documentId: sent.id });
      return attempts.find(({ outcome }) => outcome !== undefined);
    });
    expect(broken.outcome).toMatchObject({ code: 'LINE_BROKEN', disposition: 'retry' });
    await untilState(id, 'ready');
    await office.until('delivered', async () => {
      const { status } = await office.api.outgoing.get.query({ documentId: sent.id });
      return status === 'confirmed' ? status : undefined;
    });
    const whole = exchange.machine('200').calls.filter(({ outcome }) => outcome.code === 'OK');
    expect(whole).toHaveLength(1);
    expect(modemHosts()).toHaveLength(1);
  });

  test('is one line for one port, and a scan leaves it alone', async () => {
    const { id } = await office.api.lines.add.mutate({ path: port('101') });
    await expect(office.api.lines.add.mutate({ path: port('101') })).rejects.toThrow(
      'uses this port already',
    );
    const found = await office.api.lines.scan.mutate({
      paths: [port('101'), port('102'), join(folder, 'x')],
    });
    expect(found.slice(-3)).toMatchObject([
      { path: port('101'), state: 'inUse', lineId: id },
      { path: port('102'), state: 'ready', modem: { faxClass: '2.0' } },
      { path: join(folder, 'x'), state: 'absent' },
    ]);
    expect(modemHosts()).toHaveLength(1);
    expect(await office.api.lines.add.mutate({ path: port('102') })).toMatchObject({ state: 'ready' });
  });

  test('is there after a restart of the gateway, which takes its port again', async () => {
    const { id } = await office.api.lines.add.mutate({ path: port('101'), name: 'Front' });
    await office.stop();
    expect(modemHosts()).toEqual([]);
    office = await openOffice(join(folder, 'office'));
    expect(await untilState(id, 'ready')).toMatchObject({ name: 'Front' });
  });

  test('says who called where that is told behind the first ring, and why a caller without the password was sent away', async () => {
    await office.api.settings.changeTelephone.mutate({ receivePassword: '1234' });
    await office.api.lines.add.mutate({ path: port('101'), answerAfterRings: 1 });
    const geometry = { widthPixels: 1728, rows: 100, resolution: 'R8x7.7' } as const;
    const page = { geometry, raster: new Uint8Array(216 * 100) };
    await exchange.machine('200').send('101', [page]);
    const refused = await office.until('the refused call', async () => {
      const { items } = await office.api.calls.list.query({});
      return items.find(({ report }) => report !== undefined);
    });
    expect(refused).toMatchObject({ number: '200', report: { outcome: { code: 'FAX_PASSWORD_REFUSED' } } });
    expect(refused.text).toContain('The caller did not give the password');

    await office.api.settings.changeTelephone.mutate({ receivePassword: '' });
    await exchange.machine('200').send('101', [page]);
    const fax = await office.until('the fax', async () => {
      const { items } = await office.api.inbox.list.query({});
      return items.find(({ state }) => state === 'complete');
    });
    expect(fax).toMatchObject({ pages: 1, callerNumber: '200' });
    const rings = exchange.events.filter(({ type, text }) => type === 'result' && text === 'RING');
    expect(rings).toHaveLength(2);
  });
});
