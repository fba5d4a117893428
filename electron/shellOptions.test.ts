import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { findDataFolder } from '../gateway/dataFolder.ts';
import { shellOptions } from './shellOptions.ts';

test('the data folder is the one asked for, else the one that the command line would use', () => {
  expect(shellOptions(['electron', '.', '--data', 'office']).dataFolder).toBe(resolve('office'));
  expect(shellOptions(['electron', '.', '--data=office']).dataFolder).toBe(resolve('office'));
  expect(shellOptions(['electron', '.']).dataFolder).toBe(findDataFolder(undefined));
});

test('a free port of this PC only, and the embedded relay unless it is not wanted', () => {
  expect(shellOptions(['electron', '.'])).toMatchObject({ listen: '127.0.0.1:0', embeddedRelay: true });
  expect(shellOptions(['electron', '.', '--no-embedded-relay']).embeddedRelay).toBe(false);
});
