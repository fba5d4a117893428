// Keeps the page pictures asked for last, up to a number of bytes; asking twice at once draws once.

import type { ImagingFailure } from './imaging.ts';

type PageImage = { png: Uint8Array } | { failure: ImagingFailure };

export interface PageImageCache {
  get(key: string, draw: () => Promise<PageImage>): Promise<PageImage>;
}

export function createPageImageCache(mostBytes: number): PageImageCache {
  /** The least lately used first. */
  const kept = new Map<string, Uint8Array>();
  const drawing = new Map<string, Promise<PageImage>>();
  let bytes = 0;

  function keep(key: string, png: Uint8Array): void {
    if (png.byteLength > mostBytes / 4) return;
    kept.set(key, png);
    bytes += png.byteLength;
    for (const [oldest, image] of kept) {
      if (bytes <= mostBytes) return;
      kept.delete(oldest);
      bytes -= image.byteLength;
    }
  }

  return {
    async get(key, draw) {
      const known = kept.get(key);
      if (known !== undefined) {
        kept.delete(key);
        kept.set(key, known);
        return { png: known };
      }
      const running = drawing.get(key);
      if (running !== undefined) return running;
      const mine = draw();
      drawing.set(key, mine);
      try {
        const image = await mine;
        if ('png' in image) keep(key, image.png);
        return image;
      } finally {
        drawing.delete(key);
      }
    },
  };
}
