import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAtLine } from './atCommands.ts';

test('several commands in one line are told apart', () => {
  expect(parseAtLine('&K3S0=0 E0V1X4S7?+FCLASS=1.0;+FLO?;+FTM=?;#CID=1')).toEqual([
    { kind: 'basic', name: '&K', value: 3 },
    { kind: 'register', register: 0, value: 0 },
    { kind: 'basic', name: 'E', value: 0 },
    { kind: 'basic', name: 'V', value: 1 },
    { kind: 'basic', name: 'X', value: 4 },
    { kind: 'register', register: 7, value: null },
    { kind: 'extended', name: '+FCLASS', action: 'set', value: '1.0' },
    { kind: 'extended', name: '+FLO', action: 'read', value: '' },
    { kind: 'extended', name: '+FTM', action: 'test', value: '' },
    { kind: 'extended', name: '#CID', action: 'set', value: '1' },
  ]);
});

test('a semicolon in quotes belongs to the value', () => {
  expect(
    parseAtLine('+FLID="a;b";+FCR=1').map((command) => ('value' in command ? command.value : null)),
  ).toEqual(['"a;b"', '1']);
});

test('what follows D is the number, whatever is in it', () => {
  expect(parseAtLine('E0DT 9,W0123-45;')).toEqual([
    { kind: 'basic', name: 'E', value: 0 },
    { kind: 'dial', number: 'T 9,W0123-45;' },
  ]);
});

test('lower case is understood', () => {
  expect(parseAtLine('+fclass=2;dt1')).toMatchObject([{ name: '+FCLASS' }, { kind: 'dial', number: 't1' }]);
});

test('any line comes to an end', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (line) => {
      expect(parseAtLine(line).length).toBeLessThanOrEqual(line.length);
    }),
  );
});
