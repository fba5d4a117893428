// An office of a test: the whole gateway inside this process, used through its API as a window would.

import { WebSocket } from 'ws';
import { startGateway, type Gateway } from '../../gateway/gateway.ts';
import {
  API_PATH,
  FILES_PATH,
  pageImagePath,
  type Folder,
  type UploadedFile,
} from '../../protocol/api/http.ts';
import { createApiClient, type ApiClient } from '../../protocol/api/carrier.ts';
import { pageOptionsSchema } from '../../protocol/imaging.ts';
import type { OutgoingDocument } from '../../protocol/api/types.ts';
import type { Log } from '../../gateway/log.ts';
import { withTimeout } from '../harness/withTimeout.ts';

export interface Office {
  readonly api: ApiClient['api'];
  readonly gateway: Gateway;
  upload(name: string, content: string): Promise<UploadedFile>;
  /** Uploads a text and sends it. */
  sendText(name: string, content: string, recipients: string[]): Promise<OutgoingDocument>;
  pageImage(folder: Folder, documentId: string, index: number): Promise<Uint8Array>;
  /** Asks now and after each event until the answer is not `undefined`. */
  until<T>(what: string, question: () => Promise<T | undefined>, timeoutMs?: number): Promise<T>;
  online(): Promise<void>;
  stop(): Promise<void>;
}

const silent: Log = { info() {}, warn() {}, error() {} };

export async function openOffice(
  dataFolder: string,
  options: { embeddedRelay?: boolean; log?: Log } = {},
): Promise<Office> {
  const gateway = await startGateway({
    dataFolder,
    listen: '127.0.0.1:0',
    embeddedRelay: options.embeddedRelay ?? false,
    log: options.log ?? silent,
  });
  const authorization = { Authorization: `Bearer ${gateway.key}` };
  class WebSocketWithKey extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols, { headers: authorization });
    }
  }
  const client = createApiClient({
    url: gateway.origin.replace(/^http/, 'ws') + API_PATH,
    WebSocket: WebSocketWithKey as unknown as typeof globalThis.WebSocket,
  });
  const { api } = client;

  const office: Office = {
    api,
    gateway,
    async upload(name, content) {
      const response = await fetch(gateway.origin + FILES_PATH, {
        method: 'POST',
        headers: { ...authorization, 'X-File-Name': encodeURIComponent(name) },
        body: content,
      });
      if (!response.ok) throw new Error(`upload answered ${response.status}: ${await response.text()}`);
      return (await response.json()) as UploadedFile;
    },
    async sendText(name, content, recipients) {
      const { fileId } = await office.upload(name, content);
      const draft = await api.drafts.create.mutate({
        fileIds: [fileId],
        options: pageOptionsSchema.parse({}),
      });
      return api.outgoing.send.mutate({ documentId: draft.id, recipients });
    },
    async pageImage(folder, documentId, index) {
      const response = await fetch(gateway.origin + pageImagePath(folder, documentId, index), {
        headers: authorization,
      });
      if (!response.ok) throw new Error(`page image answered ${response.status}: ${await response.text()}`);
      return new Uint8Array(await response.arrayBuffer());
    },
    until: (what, question, timeoutMs = 60_000) =>
      withTimeout(untilAnswer(api, question), timeoutMs, () => what),
    async online() {
      await office.until('online', async () => {
        const { relay } = await api.status.query();
        return relay.state === 'online' ? relay : undefined;
      });
    },
    async stop() {
      client.close();
      await gateway.stop();
    },
  };
  return office;
}

function untilAnswer<T>(api: ApiClient['api'], question: () => Promise<T | undefined>): Promise<T> {
  return new Promise((resolve, reject) => {
    let asking = false;
    let again = false;
    let over = false;
    const finish = (settle: () => void): void => {
      over = true;
      subscription.unsubscribe();
      settle();
    };
    const ask = async (): Promise<void> => {
      if (over) return;
      again = asking;
      if (asking) return;
      asking = true;
      try {
        const answer = await question();
        if (answer !== undefined) finish(() => resolve(answer));
      } catch (error) {
        finish(() => reject(error instanceof Error ? error : new Error(String(error))));
      }
      asking = false;
      if (again) void ask();
    };
    const subscription = api.events.subscribe(undefined, {
      onData: () => void ask(),
      onError: (error) => finish(() => reject(error)),
    });
  });
}
