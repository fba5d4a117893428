// The files of a new fax: checked at once, put into the gateway, in the order they were chosen.

import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { OutcomeCode } from '../../protocol/outcome.ts';
import { UploadError, type UploadFailure, uploadFile } from '../gateway/upload.ts';

export interface ChosenFile {
  key: number;
  name: string;
  byteLength: number;
  state:
    | { kind: 'uploading'; share: number }
    | { kind: 'ready'; fileId: string }
    | { kind: 'unusable'; code: OutcomeCode }
    | { kind: 'failed'; failure: UploadFailure };
}

export interface ChosenFiles {
  files: readonly ChosenFile[];
  uploading: boolean;
  /** At least one of them cannot be faxed, or could not be put into the gateway. */
  unusable: boolean;
  /** In order; only when nothing is under way. */
  readyIds: readonly string[] | undefined;
  add(files: readonly File[]): void;
  /** A file that is made here, such as the test page. */
  addMade(name: string, make: () => Promise<Blob>): void;
  remove(key: number): void;
  move(key: number, by: -1 | 1): void;
}

export const ACCEPTED_TYPES = ['.pdf', '.tif', '.tiff', '.png', '.jpg', '.jpeg', '.webp', '.txt'] as const;

/** Why a file cannot be faxed, as far as its name and size tell. */
export function fileObjection(name: string, byteLength: number): OutcomeCode | undefined {
  const lowered = name.toLowerCase();
  if (!ACCEPTED_TYPES.some((type) => lowered.endsWith(type))) return 'FILE_NOT_SUPPORTED';
  return byteLength === 0 ? 'FILE_EMPTY' : undefined;
}

export function useFiles(): ChosenFiles {
  const [files, setFiles] = useState<readonly ChosenFile[]>([]);
  const serial = useRef(0);
  const uploads = useRef(new Map<number, AbortController>());

  useEffect(() => {
    const running = uploads.current;
    return () => {
      for (const upload of running.values()) upload.abort();
    };
  }, []);

  const setState = useCallback((key: number, state: ChosenFile['state'], byteLength?: number): void => {
    setFiles((old) =>
      old.map((file) =>
        file.key === key ? { ...file, state, byteLength: byteLength ?? file.byteLength } : file,
      ),
    );
  }, []);

  const begin = useCallback(
    (name: string, byteLength: number, read: () => Promise<Blob>): void => {
      const key = (serial.current += 1);
      const upload = new AbortController();
      uploads.current.set(key, upload);
      setFiles((old) => [...old, { key, name, byteLength, state: { kind: 'uploading', share: 0 } }]);
      const put = async (): Promise<void> => {
        try {
          const blob = await read();
          const { fileId } = await uploadFile(blob, name, upload.signal, (share) =>
            setState(key, { kind: 'uploading', share }, blob.size),
          );
          setState(key, { kind: 'ready', fileId }, blob.size);
        } catch (error) {
          if (upload.signal.aborted) return;
          setState(key, {
            kind: 'failed',
            failure: error instanceof UploadError ? error.failure : 'unreachable',
          });
        } finally {
          uploads.current.delete(key);
        }
      };
      void put();
    },
    [setState],
  );

  const actions = useMemo(
    () => ({
      add(chosen: readonly File[]): void {
        for (const file of chosen) {
          const code = fileObjection(file.name, file.size);
          if (code === undefined) begin(file.name, file.size, () => Promise.resolve(file));
          else {
            const key = (serial.current += 1);
            const unusable: ChosenFile = {
              key,
              name: file.name,
              byteLength: file.size,
              state: { kind: 'unusable', code },
            };
            setFiles((old) => [...old, unusable]);
          }
        }
      },
      addMade(name: string, make: () => Promise<Blob>): void {
        begin(name, 0, make);
      },
      remove(key: number): void {
        uploads.current.get(key)?.abort();
        setFiles((old) => old.filter((file) => file.key !== key));
      },
      move(key: number, by: -1 | 1): void {
        setFiles((old) => {
          const from = old.findIndex((file) => file.key === key);
          const moved = old[from];
          if (moved === undefined) return old;
          return old.toSpliced(from, 1).toSpliced(Math.max(0, from + by), 0, moved);
        });
      },
    }),
    [begin],
  );

  const uploading = files.some((file) => file.state.kind === 'uploading');
  const unusable = files.some((file) => file.state.kind === 'unusable' || file.state.kind === 'failed');
  const ids = files.flatMap((file) => (file.state.kind === 'ready' ? [file.state.fileId] : []));
  const joined = ids.join(' ');
  const readyIds = useMemo(
    () => (uploading ? undefined : joined === '' ? [] : joined.split(' ')),
    [uploading, joined],
  );
  return { files, uploading, unusable, readyIds, ...actions };
}
