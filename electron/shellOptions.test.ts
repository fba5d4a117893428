import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { shellOptions } from './shellOptions.ts';

test('the command line comes before the environment', () => {
  const environment = { HIKYAKU_DATA: '/environment' };
  expect(shellOptions(['electron', '.', '--data', '/line'], environment, '/home/a').dataFolder).toBe(
    resolve('/line'),
  );
  expect(shellOptions(['electron', '.', '--data=/line'], environment, '/home/a').dataFolder).toBe(
    resolve('/line'),
  );
  expect(shellOptions(['electron', '.'], environment, '/home/a').dataFolder).toBe(resolve('/environment'));
});

test('a free port of this PC only, and the embedded relay unless it is not wanted', () => {
  expect(shellOptions(['electron', '.'], {}, '/home/a')).toMatchObject({
    listen: '127.0.0.1:0',
    embeddedRelay: true,
  });
  expect(shellOptions(['electron', '.', '--no-embedded-relay'], {}, '/home/a').embeddedRelay).toBe(false);
});
