import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dialectOf } from './dialect.ts';
import { Heard } from './heard.ts';
import { readResponse } from './responses.ts';
import type { Response } from './responses.ts';

test.each<[string, Response | null]>([
  ['+FCON', { kind: 'connected' }],
  ['+FCO', { kind: 'connected' }],
  ['+FCSI:"     03-1234 5678"', { kind: 'remoteId', frame: 'CSI', id: '03-1234 5678' }],
  ['+FCSI: "03 1234', { kind: 'remoteId', frame: 'CSI', id: '03 1234' }],
  ['+FTI:ACME CORP', { kind: 'remoteId', frame: 'TSI', id: 'ACME CORP' }],
  ['+FPI:"1"', { kind: 'remoteId', frame: 'CIG', id: '1' }],
  ['+FDIS:1,5,0,2,1,2,0,5', { kind: 'capabilities', values: '1,5,0,2,1,2,0,5' }],
  ['+FIS: 1,5', { kind: 'capabilities', values: '1,5' }],
  ['FNF:AD 00', { kind: 'nonStandard', octets: Uint8Array.of(0xad, 0x00) }],
  ['+FPTS:1,2292,0,0', { kind: 'pageStatus', status: 1 }],
  ['+FPS: 2,A0', { kind: 'pageStatus', status: 2 }],
  ['+FET:2', { kind: 'postPage', number: 2 }],
  ['+FET:A', { kind: 'postPage', number: 10 }],
  ['+FHNG:0', { kind: 'hangup', code: '0' }],
  ['+FHS:A0', { kind: 'hangup', code: 'A0' }],
  ['+FHNG', { kind: 'hangup', code: '' }],
  ['+FSA:"4711"', { kind: 'address', frame: 'SUB', text: '4711' }],
  ['+FVOICE', { kind: 'voice' }],
  ['+FPOLL', { kind: 'documentToPoll' }],
  ['+FDIS', { kind: 'capabilities', values: '' }],
  ['CONNECT', null],
  ['FAX', null],
  ['+FXYZ:1', null],
  ['constructor', null],
])('%s', (line, response) => {
  expect(readResponse(line)).toEqual(response);
});

test('no line is too strange, and what is kept is printable and short', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(
        '',
        '+FCSI:',
        '+FDIS:',
        '+FDCS:',
        '+FNSF:',
        '+FPTS:',
        '+FET:',
        '+FHNG:',
        '+FSA:"',
        'FTI',
      ),
      fc.string({ maxLength: 400, unit: 'binary' }),
      (start, rest) => {
        const heard = new Heard(dialectOf({ faxClass: '2' }), true, () => undefined);
        heard.take(start + rest);
        heard.takeUnasked(start + rest);
        expect(heard.remoteId ?? '').toMatch(/^[ -~]{0,40}$/u);
        for (const value of Object.values(heard.session ?? {})) expect(value).toBeLessThan(128);
      },
    ),
  );
});

test('what a modem says is kept until it says something else', () => {
  const heard = new Heard(dialectOf({ faxClass: '2.0' }), true, () => undefined);
  let over = 0;
  heard.whenOver(() => {
    over += 1;
  });
  for (const line of ['+FCO', '+FCI:"1"', '+FIS:1,5,0,2,1,1,0,0', '+FCS:nonsense', '+FPS:1'])
    heard.take(line);
  expect(heard).toMatchObject({ connected: true, remoteId: '1', session: undefined, pageStatus: 1 });
  expect(heard.remote).toMatchObject({ vr: 1, br: 5, ln: 2, df: 1, ec: 1 });
  heard.forgetPage();
  expect(heard.pageStatus).toBeNull();
  heard.take('+FHS:25');
  heard.take('+FHS:00');
  expect(heard.hangup).toBe('25');
  expect(over).toBe(1);
  heard.whenOver(() => {
    over += 1;
  });
  expect(over).toBe(2);
});
