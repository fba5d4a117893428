// A page's resolution among those that pages are converted to.

import { expect, test } from 'vitest';
import { nearestResolution } from './nearestResolution.ts';

test('a page has the T.30 resolution that is nearest to its own', () => {
  expect(nearestResolution(204, 98)).toBe('R8x3.85');
  expect(nearestResolution(200, 100)).toBe('R8x3.85');
  expect(nearestResolution(200, 200)).toBe('R8x7.7');
  expect(nearestResolution(200, 400)).toBe('R8x15.4');
  expect(nearestResolution(300, 300)).toBe('300x300');
  expect(nearestResolution(400, 400)).toBe('R16x15.4');
  expect(nearestResolution(600, 600)).toBe('R16x15.4');
  expect(nearestResolution(72, 72)).toBe('R8x3.85');
});
