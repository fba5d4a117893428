// How large a page is shown: true to its shape whatever its resolution, at a zoom or fitted to the window.

import type { DocumentPage } from '../../protocol/api/types.ts';

export type Zoom = 'fitWidth' | 'fitPage' | number;
export type Rotation = 0 | 90 | 180 | 270;

/** CSS pixels. */
export interface Size {
  width: number;
  height: number;
}

/** CSS pixels per inch at 100 %. */
const SCREEN_DPI = 96;
export const PAGE_MARGIN_PX = 20;
/** On a wide screen a page that fills the width would show only its upper half. */
const MAX_FIT_WIDTH = 1.1;
const STEPS = [0.25, 0.33, 0.5, 0.67, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4] as const;

/** The size of the page's own picture, before it is turned. */
export function pageSize(page: DocumentPage, scale: number): Size {
  return {
    width: Math.round((page.width / page.xDpi) * SCREEN_DPI * scale),
    height: Math.round((page.height / page.yDpi) * SCREEN_DPI * scale),
  };
}

export function turned(size: Size, rotation: Rotation): Size {
  return rotation === 90 || rotation === 270 ? { width: size.height, height: size.width } : size;
}

/** The factor (1 = 100 %) that `zoom` means for these pages in a window of this size. The widest page decides. */
export function scaleOf(
  zoom: Zoom,
  pages: readonly DocumentPage[],
  rotation: Rotation,
  window: Size,
): number {
  if (typeof zoom === 'number') return zoom;
  const sizes = pages.map((page) => turned(pageSize(page, 1), rotation));
  const widest = Math.max(1, ...sizes.map((size) => size.width));
  const tallest = Math.max(1, ...sizes.map((size) => size.height));
  const byWidth = (window.width - 2 * PAGE_MARGIN_PX) / widest;
  const byHeight = (window.height - 2 * PAGE_MARGIN_PX) / tallest;
  const factor = zoom === 'fitWidth' ? Math.min(byWidth, MAX_FIT_WIDTH) : Math.min(byWidth, byHeight);
  return Math.max(0.05, Math.min(4, factor));
}

/** The next round step above or below the present factor. */
export function stepZoom(scale: number, direction: 'in' | 'out'): number {
  const near = 0.005;
  const step =
    direction === 'in'
      ? STEPS.find((candidate) => candidate > scale + near)
      : STEPS.findLast((candidate) => candidate < scale - near);
  return step ?? (direction === 'in' ? 4 : 0.25);
}

export function turnRight(rotation: Rotation): Rotation {
  return rotation === 0 ? 90 : rotation === 90 ? 180 : rotation === 180 ? 270 : 0;
}
