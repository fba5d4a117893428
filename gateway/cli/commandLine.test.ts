// The parts of the command line that need no gateway: recipients, settings, tables.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Contact } from '../../protocol/api/types.ts';
import { parseSetting } from './commands/settings.ts';
import { exportFormatOf } from './fileTransfer.ts';
import { fields, printable, shortTime, table } from './output.ts';
import { findRecipients } from './recipients.ts';

describe('recipients', () => {
  const contacts: Contact[] = [
    { id: '1', name: '京都支店', deviceId: 'kyoto-office' },
    { id: '2', name: 'osaka', deviceId: 'osaka-warehouse' },
    { id: '3', name: 'Paper only', telephone: '075-555-1234' },
    { id: '6', name: 'Nobody knows where' },
    { id: '4', name: 'Twice', deviceId: 'one' },
    { id: '5', name: 'Twice', deviceId: 'two' },
  ];

  it('are contacts by their exact name, else device ids, each once', () => {
    expect(findRecipients(['京都支店', 'nagoya', 'kyoto-office'], contacts)).toEqual([
      'kyoto-office',
      'nagoya',
    ]);
    // Whoever wrote a name down meant the office it stands for.
    expect(findRecipients(['osaka'], contacts)).toEqual(['osaka-warehouse']);
  });

  it('are telephone numbers in any spelling, and contacts that have only a number', () => {
    expect(findRecipients(['tel:03-1234-5678', 'tel:+81 (3) 1234 5678', 'Paper only'], contacts)).toEqual([
      'tel:0312345678',
      'tel:+81312345678',
      'tel:0755551234',
    ]);
  });

  it('are taken for telephone numbers, and refused as such, when they look like one and are no known device', () => {
    for (const [written, meant] of [
      ['0312345678', 'tel:0312345678'],
      ['03-1234-5678', 'tel:0312345678'],
      ['+81 3 1234 5678', 'tel:+81312345678'],
      ['(03) 1234-5678', 'tel:0312345678'],
    ] as const) {
      expect(() => findRecipients([written], contacts)).toThrow(
        expect.objectContaining({
          exitCode: 2,
          message: expect.stringContaining(`Did you mean ${meant}?`) as string,
        }),
      );
    }
    expect(findRecipients(['0312345678'], contacts, ['0312345678'])).toEqual(['0312345678']);
    const numbered = [{ id: '7', name: 'Numbered', deviceId: '20240117' }];
    expect(findRecipients(['20240117'], numbered)).toEqual(['20240117']);
    // Too short for a telephone number, and ids with letters.
    expect(findRecipients(['2001', 'pw2024', 'w-100200'], contacts)).toEqual(['2001', 'pw2024', 'w-100200']);
  });

  it('are refused when it is not clear who is meant', () => {
    expect(() => findRecipients(['Twice'], contacts)).toThrow('Several contacts');
    expect(() => findRecipients(['Nobody knows where'], contacts)).toThrow('neither a device id nor');
    expect(() => findRecipients(['tel:ask at the desk'], contacts)).toThrow('not a telephone number');
    expect(() => findRecipients(['Kyoto'], contacts)).toThrow('neither a contact nor a device id');
    expect(() => findRecipients([''], contacts)).toThrow('neither');
  });
});

describe('settings', () => {
  it('are read as what they are', () => {
    expect(parseSetting('headerLine', 'off')).toEqual({ headerLine: false });
    expect(parseSetting('headerLine', 'true')).toEqual({ headerLine: true });
    expect(parseSetting('maxConnections', '16')).toEqual({ maxConnections: 16 });
    expect(parseSetting('faxNumber', '0755551234')).toEqual({ faxNumber: '0755551234' });
    expect(parseSetting('displayName', 'on')).toEqual({ displayName: 'on' });
    expect(parseSetting('blockedDevices', 'a, b')).toEqual({ blockedDevices: ['a', 'b'] });
    expect(parseSetting('blockedDevices', '')).toEqual({ blockedDevices: [] });
  });

  it('are refused with what they could be', () => {
    expect(() => parseSetting('paper', 'a3')).toThrow('Use a4 or letter');
    expect(() => parseSetting('maxConnections', '1')).toThrow('2 to 64');
    expect(() => parseSetting('colour', 'red')).toThrow('There is no setting');
    expect(() => parseSetting('__proto__', 'x')).toThrow('There is no setting');
  });
});

describe('output', () => {
  it('lines up columns, wide characters counted as two', () => {
    expect(
      table(
        ['ID', 'NAME', ''],
        [
          ['1', '京都', 'x'],
          ['22', 'ab', ''],
        ],
        'none',
      ),
    ).toBe('ID  NAME\n1   京都  x\n22  ab');
    expect(table(['ID'], [], 'Nothing.')).toBe('Nothing.');
    expect(
      fields([
        ['A', '1'],
        ['Long', '2'],
        ['None', undefined],
      ]),
    ).toBe('A     1\nLong  2');
  });

  it('lets nobody steer the terminal', () => {
    expect(printable('a\u001b[31mred\u001b]0;title\u0007\r\nb\u202ec')).not.toMatch(
      /[\p{Cc}\p{Bidi_Control}]/u,
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(text)).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
      }),
    );
  });

  it('shows local times to the minute, and nothing for none', () => {
    expect(shortTime(new Date(2026, 0, 2, 3, 4).toISOString())).toBe('2026-01-02 03:04');
    expect([shortTime(undefined), shortTime('nonsense')]).toEqual(['', '']);
  });

  it('takes the kind of file from its name', () => {
    expect(['a.PDF', 'b.tiff', 'c.tif', 'd.e.png'].map(exportFormatOf)).toEqual(['pdf', 'tif', 'tif', 'png']);
    expect(() => exportFormatOf('pdf')).toThrow('.pdf, .tif or .png');
  });
});
