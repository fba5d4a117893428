// The log file: bounded, one line per event whatever comes from outside.

import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createFileLog, errorText, logWith } from './log.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hikyaku-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const current = (): string => readFileSync(join(folder, 'gateway.log'), 'utf8');

test('one line per event, with its fields', () => {
  const log = logWith(createFileLog({ folder }), { office: 'echo' });
  log.warn('call broken', { peer: 'kyoto', pages: 3, nothing: undefined });
  expect(current()).toMatch(
    /^\d{4}-\d\d-\d\dT[\d:.]+Z warn call broken office="echo" peer="kyoto" pages=3\n$/,
  );
});

test('what comes from outside cannot write lines of its own', () => {
  createFileLog({ folder }).info('received', { from: 'a\n2026-01-01 error forged', software: 'b\r\nc' });
  createFileLog({ folder }).info('two\nlines');
  expect(current().trimEnd().split('\n')).toHaveLength(2);
});

test('rotates, and never keeps more than its files', () => {
  const log = createFileLog({ folder, maxFileBytes: 1_000, maxFiles: 3 });
  for (let number = 0; number < 200; number += 1) log.info(`event ${number}`);
  const names = readdirSync(folder).sort();
  expect(names).toEqual(['gateway.log', 'gateway.log.1', 'gateway.log.2']);
  for (const name of names) expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(1_000);
  expect(current()).toMatch(/event 199\n$/);
  expect(readFileSync(join(folder, 'gateway.log.1'), 'utf8')).not.toContain('event 199');
});

test('a second start goes on in the same file', () => {
  createFileLog({ folder }).info('first');
  createFileLog({ folder }).info('second');
  expect(current()).toMatch(/first\n.*second\n$/);
});

test('a folder that is gone stops nothing', () => {
  const log = createFileLog({ folder });
  log.info('the folder is there');
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  rmSync(folder, { recursive: true });
  log.error('still working', { error: errorText(new Error('cause')) });
  expect(said).toHaveBeenCalledWith(expect.stringContaining('still working'));
  said.mockRestore();
});
