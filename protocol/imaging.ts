// The contract between the gateway and the imaging host: jobs, limits, and what comes back.
// Carried over the child process's message channel with structured clone (`serialization: 'advanced'`).

import { z } from 'zod';
import { MAX_PAGES, pageInfoSchema, resolutionSchema } from './page.ts';
import { outcomeCodeSchema } from './outcome.ts';

/** How pages are made of files. */
export const pageOptionsSchema = z.object({
  resolution: resolutionSchema.default('fine'),
  paper: z.enum(['a4', 'letter']).default('a4'),
  /** `fit` shrinks or grows a page to the paper; `crop` keeps its size and cuts what lies outside. */
  placement: z.enum(['fit', 'crop']).default('fit'),
  /** `text` thresholds, `photo` screens everything, `auto` decides tile by tile. */
  mode: z.enum(['text', 'auto', 'photo']).default('auto'),
});
export type PageOptions = z.infer<typeof pageOptionsSchema>;

/** The line at the top of every page. `stamp` is a ready-made local date and time. */
export const headerLineSchema = z.object({
  stamp: z.string().max(40),
  from: z.string().max(80),
  number: z.string().max(40).optional(),
});
export type HeaderLine = z.infer<typeof headerLineSchema>;

export const imagingWarningSchema = z.enum([
  'fontSubstituted', // an un-embedded font was replaced
  'fontMissing', // characters could not be drawn at all
  'mostlyGray', // photo or gray content: slow to send, hard to read
  'blankPage',
  'cropped', // content outside the paper was cut off
]);
export type ImagingWarning = z.infer<typeof imagingWarningSchema>;

export const preparedPageSchema = pageInfoSchema.extend({
  index: z.number().int().nonnegative(),
  /** Absolute path of a single-page T.6 TIFF (one strip), written but not yet fsynced. */
  path: z.string(),
  warnings: z.array(imagingWarningSchema),
});
export type PreparedPage = z.infer<typeof preparedPageSchema>;

const jobId = z.string().min(1).max(64);

/** Gateway → imaging host. One job runs at a time in one host. */
export const imagingRequestSchema = z.discriminatedUnion('type', [
  /** Files → fax pages, in order, as `page-0000.tif` … in `outputFolder` (exists, empty). Reports `page` after each, then `prepared`. */
  z.object({
    type: z.literal('prepare'),
    jobId,
    files: z.array(z.object({ path: z.string(), name: z.string() })).min(1),
    options: pageOptionsSchema,
    header: headerLineSchema.optional(),
    outputFolder: z.string(),
    maxPages: z.number().int().positive(),
  }),
  /** One stored page → an 8-bit-or-less PNG. `maxWidth` (pixels) makes a smooth gray reduction; without it the PNG is 1 bit, pixel for pixel. Rows are repeated or averaged so that pixels come out square when `square`. */
  z.object({
    type: z.literal('pageImage'),
    jobId,
    path: z.string(),
    maxWidth: z.number().int().positive().optional(),
    square: z.boolean(),
    rotate: z.union([z.literal(0), z.literal(90), z.literal(180), z.literal(270)]).default(0),
  }),
  /** Stored pages → one file. `png` of several pages puts them one below the other; `tif` is a multi-page T.6 TIFF, bit for bit. */
  z.object({
    type: z.literal('export'),
    jobId,
    pages: z.array(z.string()).min(1),
    format: z.enum(['pdf', 'tif', 'png']),
    title: z.string().max(200),
    outputPath: z.string(),
  }),
  /** The header line alone, for the pages from `firstPage` (from 0) to the last of the document, as `prepare` draws it with these options. */
  z.object({
    type: z.literal('headers'),
    jobId,
    header: headerLineSchema,
    options: pageOptionsSchema,
    firstPage: z.number().int().nonnegative(),
    pagesTotal: z.number().int().positive().max(MAX_PAGES),
  }),
]);
export type ImagingRequest = z.infer<typeof imagingRequestSchema>;

/** Imaging host → gateway. `ready` once after start; every job ends in exactly one of `prepared`, `image`, `exported`, `headers`, `failed`. */
export const imagingReplySchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  /** The job is alive; `pagesDone` of `pagesTotal` when known. Sent at least once a second while the job makes progress. */
  z.object({
    type: z.literal('progress'),
    jobId,
    pagesDone: z.number().int().nonnegative(),
    pagesTotal: z.number().int().positive().optional(),
  }),
  z.object({ type: z.literal('page'), jobId, page: preparedPageSchema }),
  z.object({
    type: z.literal('prepared'),
    jobId,
    pages: z.number().int().positive(),
    substitutedFonts: z.array(z.string()),
  }),
  z.object({ type: z.literal('image'), jobId, png: z.instanceof(Uint8Array) }),
  z.object({ type: z.literal('exported'), jobId, byteLength: z.number().int().nonnegative() }),
  /** What stands in the top `rows` rows of those pages, in T.6: one strip for each. */
  z.object({
    type: z.literal('headers'),
    jobId,
    width: z.number().int().positive(),
    rows: z.number().int().positive(),
    strips: z.array(z.instanceof(Uint8Array)).max(MAX_PAGES),
  }),
  z.object({
    type: z.literal('failed'),
    jobId,
    code: outcomeCodeSchema,
    detail: z.string(),
    fileName: z.string().optional(),
  }),
]);
export type ImagingReply = z.infer<typeof imagingReplySchema>;
