import { expect, test } from 'vitest';
import type { DocumentPage } from '../../protocol/api/types.ts';
import { pageSize, scaleOf, stepZoom, turnRight, turned } from './pageGeometry.ts';

const page = (height: number, yDpi: number): DocumentPage => ({
  index: 0,
  width: 1728,
  height,
  xDpi: 204,
  yDpi,
  byteLength: 1,
  sha256: '',
  warnings: [],
  storedAt: '',
});
const fine = page(2291, 196);
const standard = page(1146, 98);

test('a page has its true shape whatever its resolution', () => {
  const sizes = [pageSize(fine, 1), pageSize(standard, 1)];
  expect(sizes[0]?.width).toBe(sizes[1]?.width);
  expect(Math.abs((sizes[0]?.height ?? 0) - (sizes[1]?.height ?? 0))).toBeLessThanOrEqual(1);
  expect((sizes[0]?.height ?? 0) / (sizes[0]?.width ?? 1)).toBeCloseTo(1.38, 2);
});

test('fitting to the width fills the window between its margins, turned or not', () => {
  const window = { width: 640, height: 500 };
  expect(pageSize(fine, scaleOf('fitWidth', [fine], 0, window)).width).toBe(600);
  expect(turned(pageSize(fine, scaleOf('fitWidth', [fine], 90, window)), 90).width).toBe(600);
});

test('fitting to the width stops at a readable size on a wide screen', () => {
  expect(scaleOf('fitWidth', [fine], 0, { width: 3000, height: 1000 })).toBe(1.1);
});

test('fitting the page leaves nothing outside', () => {
  const window = { width: 640, height: 500 };
  const size = pageSize(fine, scaleOf('fitPage', [fine], 0, window));
  expect(size.height).toBe(460);
  expect(size.width).toBeLessThan(600);
});

test('a window without size or a document without pages gives a usable factor', () => {
  expect(scaleOf('fitWidth', [], 0, { width: 0, height: 0 })).toBeGreaterThan(0);
});

test('zoom goes by round steps and ends at its limits', () => {
  expect(stepZoom(0.437, 'in')).toBe(0.5);
  expect(stepZoom(0.437, 'out')).toBe(0.33);
  expect(stepZoom(1, 'in')).toBe(1.1);
  expect(stepZoom(4, 'in')).toBe(4);
  expect(stepZoom(0.1, 'out')).toBe(0.25);
});

test('four turns are none', () => {
  expect(turnRight(turnRight(turnRight(turnRight(0))))).toBe(0);
});
