// What a fax page is, wherever it is spoken of: geometry, resolution, coding.

import { z } from 'zod';

/** Fax resolutions by name, in pixels (lines) per inch. T.4's R8 is 8.04 px/mm = 204 per inch; 3.85, 7.7 and 15.4 lines/mm = 98, 196, 391 per inch. */
export const RESOLUTIONS = {
  standard: { x: 204, y: 98 },
  fine: { x: 204, y: 196 },
  superfine: { x: 204, y: 391 },
} as const;
export const resolutionSchema = z.enum(['standard', 'fine', 'superfine']);
export type Resolution = z.infer<typeof resolutionSchema>;

/** Widest and longest page that is stored or carried, in pixels and rows. */
export const MAX_PAGE_WIDTH = 20_000;
export const MAX_PAGE_HEIGHT = 65_535;
/** Largest coded page that is stored or carried, in bytes. */
export const MAX_PAGE_BYTES = 32 * 1024 * 1024;
/** Most pages in one document. */
export const MAX_PAGES = 2_000;

export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * One bilevel page. `byteLength` and `sha256` (hex) are of its raw T.6 data: one T.6 block, black = 1 in the
 * decoded raster, most significant bit first, closed by EOFB. Resolutions in pixels per inch.
 */
export const pageInfoSchema = z.object({
  width: z.number().int().min(1).max(MAX_PAGE_WIDTH),
  height: z.number().int().min(1).max(MAX_PAGE_HEIGHT),
  xDpi: z.number().int().min(1).max(2_400),
  yDpi: z.number().int().min(1).max(2_400),
  byteLength: z.number().int().min(1).max(MAX_PAGE_BYTES),
  sha256: sha256Schema,
});
export type PageInfo = z.infer<typeof pageInfoSchema>;
