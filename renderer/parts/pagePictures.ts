// The pictures of pages that are in the window, so that what is being removed can be stopped from loading.

import { type RefCallback, useCallback } from 'react';
import type { Folder } from '../../protocol/api/http.ts';

interface Picture {
  image: HTMLImageElement;
  folder: Folder;
  documentId: string;
  source: string;
}

const pictures = new Set<Picture>();

/**
 * Stops the pictures of a document that are still loading; to be called before the gateway is asked to remove it, so that
 * none of them breaks before it leaves the window. What it returns lets them load after all, in case it could not be
 * removed. A browser gives up requests in its own time: the gateway answers those that come too late with nothing.
 */
export function stopPictures(folder: Folder, documentId: string): () => void {
  const stopped = [...pictures].filter(
    (picture) => picture.folder === folder && picture.documentId === documentId && stopLoading(picture.image),
  );
  return () => {
    for (const picture of stopped) if (pictures.has(picture)) load(picture);
  };
}

/** For the `img` of a page. A browser goes on loading what has left the window: this stops it then, too. */
export function usePicture(
  folder: Folder,
  documentId: string,
  source: string,
): RefCallback<HTMLImageElement> {
  return useCallback(
    (image) => {
      if (image === null) return undefined;
      const picture: Picture = { image, folder, documentId, source };
      pictures.add(picture);
      load(picture);
      return () => {
        pictures.delete(picture);
        stopLoading(image);
      };
    },
    [folder, documentId, source],
  );
}

/** Whether there was anything to stop. */
function stopLoading(image: HTMLImageElement): boolean {
  if (image.complete) return false;
  image.removeAttribute('src');
  return true;
}

/** Does nothing when it loads already, as on the first of the two mounts of React's strict mode. */
function load({ image, source }: Picture): void {
  if (!image.hasAttribute('src')) image.src = source;
}
