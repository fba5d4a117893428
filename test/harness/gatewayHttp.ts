// A gateway's HTTP routes as a test uses them: files in, documents out.

import { writeFile } from 'node:fs/promises';
import { exportPath, FILES_PATH, type Folder, type UploadedFile } from '../../protocol/api/http.ts';
import type { PageOptions } from '../../protocol/imaging.ts';
import type { OutgoingDocument } from '../../protocol/api/types.ts';
import type { TestGateway } from './testGateway.ts';

const TIMEOUT_MS = 30_000;

/** Uploads one file. */
export async function uploadFile(
  gateway: TestGateway,
  name: string,
  content: string | Uint8Array<ArrayBuffer>,
): Promise<UploadedFile> {
  const { origin, key } = gateway.endpoint();
  const response = await fetch(origin + FILES_PATH, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}`, 'X-File-Name': encodeURIComponent(name) },
    body: content,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`upload answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as UploadedFile;
}

export const DEFAULT_PAGE_OPTIONS: PageOptions = {
  resolution: 'fine',
  paper: 'a4',
  placement: 'fit',
  mode: 'auto',
};

/** Sends one file through the API, as the window does: upload, draft, send. */
export async function sendFile(
  gateway: TestGateway,
  file: { name: string; content: string | Uint8Array<ArrayBuffer> },
  recipients: string[],
  options: { title?: string; pageOptions?: PageOptions } = {},
): Promise<OutgoingDocument> {
  const { fileId } = await uploadFile(gateway, file.name, file.content);
  const draft = await gateway.api().drafts.create.mutate({
    fileIds: [fileId],
    options: options.pageOptions ?? DEFAULT_PAGE_OPTIONS,
  });
  return gateway.api().outgoing.send.mutate({ documentId: draft.id, recipients, title: options.title });
}

/** Downloads a whole document into `target`. */
export async function downloadDocument(
  gateway: TestGateway,
  folder: Folder,
  documentId: string,
  format: 'pdf' | 'tif' | 'png',
  target: string,
): Promise<void> {
  const { origin, key } = gateway.endpoint();
  const response = await fetch(origin + exportPath(folder, documentId, format), {
    headers: { Authorization: `Bearer ${key}` },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`export answered ${response.status}: ${await response.text()}`);
  await writeFile(target, new Uint8Array(await response.arrayBuffer()));
}
