// `hikyaku send`: what it says, when it ends, and with which exit code, step by step.

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFakeOffice } from './fakeOffice.ts';
import type { FakeOffice } from './fakeOffice.ts';

let office: FakeOffice;

beforeEach(async () => {
  office = await openFakeOffice({ filledWith: 'empty' });
});
afterEach(() => office.close());

async function file(name = 'letter.txt'): Promise<string> {
  const target = path.join(office.folder, name);
  await writeFile(target, 'Text.\n');
  return target;
}

const queued = () => office.services.listOutgoing({ limit: 10, folder: 'all' }).items;

/** Begins to send and waits until the fax stands in the outbox. */
async function sendAndWait(...args: string[]) {
  const running = office.begin(['send', await file(), '--wait', ...args]);
  await office.until(() => queued().length === 1);
  const id = queued()[0]?.id ?? '';
  // It follows the fax from here on.
  await office.until(
    () => office.control.calls.lastIndexOf('getOutgoing') > office.control.calls.indexOf('send'),
  );
  return { running, id };
}

describe('sending', () => {
  it('prints the id and leaves the fax to the gateway', async () => {
    const result = await office.run([
      'send',
      await file(),
      await file('二.txt'),
      '--to',
      'kyoto',
      '--title',
      '見積',
    ]);
    const [document] = queued();
    expect(result).toMatchObject({ exitCode: 0, stdout: `${document?.id}\n`, stderr: '' });
    expect(document).toMatchObject({ title: '見積', status: 'active', pages: 4 });
  });

  it('answers in JSON with every recipient', async () => {
    const result = await office.run(['send', await file(), '--to', 'kyoto', '--to', 'osaka', '--json']);
    const recipient = {
      status: 'waiting',
      pagesConfirmed: 0,
      code: null,
      text: null,
      attempts: 0,
      outcome: null,
    };
    expect(result.json()).toEqual({
      id: queued()[0]?.id,
      status: 'active',
      pages: 2,
      recipients: [
        { to: 'kyoto', device: 'kyoto', ...recipient },
        { to: 'osaka', device: 'osaka', ...recipient },
      ],
    });
  });

  it('makes the pages as asked, on the paper of the settings', async () => {
    office.services.changeSettings({ paper: 'letter' });
    await office.run(['send', await file(), '--to', 'kyoto', '--resolution', 'superfine', '--mode', 'photo']);
    expect(queued()[0]?.options).toEqual({
      resolution: 'superfine',
      paper: 'letter',
      placement: 'fit',
      mode: 'photo',
    });
  });

  it('takes a contact’s name for its device', async () => {
    office.services.saveContact({ name: '京都 支店', deviceId: 'kyoto-office' });
    await office.run(['send', await file(), '--to', '京都 支店']);
    expect(queued()[0]?.deliveries[0]?.destination).toBe('kyoto-office');
    const unknown = await office.run(['send', await file(), '--to', 'Kyoto!', '--json']);
    expect(unknown.json()).toMatchObject({ error: { code: 'INVALID_INPUT' } });
  });

  it('asks whether a telephone number was meant, unless there is a device of that id', async () => {
    const hint = await office.run(['send', await file(), '--to', '0312345678', '--json']);
    expect(hint).toMatchObject({ exitCode: 2 });
    expect(hint.json()).toMatchObject({
      error: { code: 'USAGE', message: expect.stringContaining('Did you mean tel:0312345678?') as string },
    });
    expect(queued()).toEqual([]);
    office.services.online = async () => ({
      devices: [{ deviceId: '0312345678', busy: false }],
      more: false,
    });
    expect((await office.run(['send', await file(), '--to', '0312345678'])).exitCode).toBe(0);
    expect(queued()[0]?.deliveries[0]?.destination).toBe('0312345678');
  });

  it('says that a number with + needs a country, and still leaves one JSON document on standard output', async () => {
    const args = ['send', await file(), '--to', 'tel:+81 3-1234-5678', '--to', 'tel:(03)1234-5678', '--json'];
    const result = await office.run(args);
    expect(result).toMatchObject({ exitCode: 0 });
    expect(result.json()).toMatchObject({
      recipients: [{ to: 'tel:+81312345678' }, { to: 'tel:0312345678' }],
    });
    expect(result.stderr).toBe(
      'No country is set, so +81312345678 is dialled as 81312345678. Set yours with: hikyaku line settings --country CODE\n',
    );
    office.services.changeTelephoneSettings({ country: 'jp' });
    expect((await office.run(args)).stderr).toBe('');
  });

  it('refuses what is no telephone number, and says why', async () => {
    for (const [to, why] of [
      ['tel:', 'The telephone number is empty.'],
      [`tel:${'1'.repeat(60)}`, 'A telephone number has at most 40 digits; this one has 60.'],
      ['tel:☎️', '“tel:☎️” is not a telephone number: '],
    ] as const) {
      const refused = await office.run(['send', await file(), '--to', to, '--json']);
      expect(refused).toMatchObject({ exitCode: 1 });
      expect(refused.json()).toMatchObject({
        error: { code: 'INVALID_INPUT', message: expect.stringContaining(why) as string },
      });
    }
    expect(queued()).toEqual([]);
  });

  it('refuses what is no document, with the reason, and leaves nothing behind', async () => {
    for (const [name, code, sentence] of [
      ['broken.pdf', 'FILE_BROKEN', 'The file is damaged'],
      ['locked.pdf', 'FILE_ENCRYPTED', 'protected by a password'],
    ] as const) {
      const result = await office.run(['send', await file(name), '--to', 'kyoto', '--json']);
      expect(result).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(`${name}: `) as string });
      expect(result.json()).toMatchObject({
        error: { code, message: expect.stringContaining(sentence) as string },
      });
    }
    expect(office.control.calls.filter((call) => call === 'removeOutgoing')).toHaveLength(2);
    expect(office.control.calls).not.toContain('send');
    const huge = await office.run(['send', await file('huge.pdf'), '--to', 'kyoto', '--json']);
    expect(huge.json()).toEqual({ error: { code: 'TOO_LARGE', message: 'The file is too large.' } });
  });

  it('takes the draft back when it is interrupted before the pages are made', async () => {
    office.control.draftsPrepareThemselves = false;
    const running = office.begin(['send', await file(), '--to', 'kyoto']);
    await office.until(() => office.control.calls.includes('getOutgoing'));
    running.kill('SIGINT');
    const { exitCode, stdout, stderr } = await running.ended;
    expect([exitCode, stdout, stderr]).toEqual([130, '', 'hikyaku: Interrupted.\n']);
    expect(office.control.calls).toContain('removeOutgoing');
  });
});

describe('waiting', () => {
  it('ends with 0 when everybody has confirmed', async () => {
    const { running, id } = await sendAndWait('--to', 'kyoto', '--to', 'osaka', '--json');
    for (const delivery of queued()[0]?.deliveries ?? []) {
      office.control.startCall(id, delivery.id);
      office.control.confirmPage(id, delivery.id);
      office.control.confirmPage(id, delivery.id);
    }
    const { exitCode, stdout, stderr } = await running.ended;
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({
      id,
      status: 'confirmed',
      pages: 2,
      recipients: [
        { device: 'kyoto', status: 'confirmed', pagesConfirmed: 2, code: 'CONFIRMED', attempts: 1 },
        { device: 'osaka', status: 'confirmed', pagesConfirmed: 2, code: 'CONFIRMED', attempts: 1 },
      ],
    });
  });

  it('ends with 1 and the cause when one failed', async () => {
    const { running, id } = await sendAndWait('--to', 'kyoto');
    office.control.startCall(id);
    office.control.endAttempt(id, 'DEVICE_REFUSED');
    const { exitCode, stdout, stderr } = await running.ended;
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(new RegExp(`^${id}\n`));
    expect(stderr).toContain('Not delivered to kyoto. The other office does not accept faxes from you.');
  });

  it('ends with 1 when it is cancelled elsewhere', async () => {
    const { running, id } = await sendAndWait('--to', 'kyoto', '--json');
    await office.services.cancel({ documentId: id });
    const { exitCode, stdout } = await running.ended;
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([1, { status: 'cancelled' }]);
  });

  it('ends with 4 when somebody has to change a setting first', async () => {
    office.control.setRelay({
      state: 'offline',
      outcome: { code: 'RELAY_LOGIN_REFUSED', disposition: 'retry', phase: 'relay' },
    });
    const result = await office.run(['send', await file(), '--to', 'kyoto', '--wait', '--json']);
    expect(result).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining('The relay refused the device id or password.') as string,
    });
    expect(result.json()).toMatchObject({
      status: 'waiting',
      recipients: [{ device: 'kyoto', status: 'waiting', code: 'RELAY_LOGIN_REFUSED' }],
    });
    expect(queued()[0]?.status).toBe('active');
  });

  it('ends with 4 when the next attempt is far away', async () => {
    const { running, id } = await sendAndWait('--to', 'kyoto', '--json');
    const get = office.services.getOutgoing.bind(office.services);
    office.services.getOutgoing = (documentId) => {
      const document = get(documentId);
      const nextAttemptAt = new Date(Date.now() + 300_000).toISOString();
      return {
        ...document,
        deliveries: document.deliveries.map((delivery) =>
          delivery.outcome === undefined ? delivery : { ...delivery, nextAttemptAt },
        ),
      };
    };
    office.control.startCall(id);
    office.control.endAttempt(id, 'DEVICE_OFFLINE');
    const { exitCode, stdout } = await running.ended;
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([
      4,
      { status: 'waiting', recipients: [{ code: 'DEVICE_OFFLINE', attempts: 1 }] },
    ]);
  });

  it('ends with 4 when its time is over', async () => {
    const result = await office.run(['send', await file(), '--to', 'kyoto', '--wait', '--timeout', '0.5']);
    expect(result).toMatchObject({
      exitCode: 4,
      stderr: 'Not delivered yet; it stays in the outbox.\n',
    });
  });

  it('ends with 130 on Ctrl+C and leaves the fax where it is', async () => {
    const { running, id } = await sendAndWait('--to', 'kyoto');
    running.kill('SIGINT');
    const { exitCode, stderr } = await running.ended;
    expect([exitCode, stderr]).toEqual([130, 'hikyaku: Interrupted.\n']);
    expect(queued()[0]).toMatchObject({ id, status: 'active' });
  });

  it('survives a restart of the gateway, on another port and with another key', async () => {
    const { running, id } = await sendAndWait('--to', 'kyoto', '--json');
    await office.goAway();
    office.control.startCall(id);
    office.control.confirmPage(id);
    const calls = office.control.calls.length;
    await office.comeBack();
    await office.until(() => office.control.calls.slice(calls).includes('getOutgoing'));
    office.control.confirmPage(id);
    const { exitCode, stdout } = await running.ended;
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([0, { id, status: 'confirmed' }]);
  });

  it('sends exactly once when the gateway goes away before it could answer', async () => {
    const send = office.services.send.bind(office.services);
    let times = 0;
    const sent = new Promise<void>((resolve) => {
      office.services.send = async (request) => {
        times += 1;
        await send(request);
        resolve();
        // The answer never leaves.
        return await new Promise(() => undefined);
      };
    });
    const running = office.begin(['send', await file(), '--to', 'kyoto', '--json']);
    await sent;
    await office.goAway();
    await office.comeBack();
    const { exitCode, stdout } = await running.ended;
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([0, { id: queued()[0]?.id }]);
    expect(queued()).toHaveLength(1);
    expect(times).toBe(1);
  });
});
