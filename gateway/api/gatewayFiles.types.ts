// What the HTTP routes need beside GatewayServices: bytes in and out. Implemented over store and imaging host.

import type { Folder, UploadedFile } from '../../protocol/api/http.ts';

export interface GatewayFiles {
  /** Keeps one uploaded file until a draft uses it. Throws ApiError TOO_LARGE, DISK_FULL. */
  addFile(name: string, bytes: AsyncIterable<Uint8Array>): Promise<UploadedFile>;
  /** A page as PNG. Throws ApiError NOT_FOUND, FAILED. */
  pageImage(
    folder: Folder,
    documentId: string,
    index: number,
    options: { width?: number | undefined; rotate: 0 | 90 | 180 | 270 },
  ): Promise<Uint8Array>;
  /** Makes the whole document as one file; the caller streams it away and then calls `dispose`. `fileName` is what a person would call it. */
  exportFile(
    folder: Folder,
    documentId: string,
    format: 'pdf' | 'tif' | 'png',
  ): Promise<{ path: string; fileName: string; dispose(): Promise<void> }>;
}
