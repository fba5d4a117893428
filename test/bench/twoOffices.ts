// The smallest world that can send: a relay and two offices, all real processes.

import { DEFAULT_PAGE_OPTIONS, uploadFile } from '../harness/gatewayHttp.ts';
import { connectToRelay, startGateway, type TestGateway } from '../harness/testGateway.ts';
import { startRelay, type TestRelay } from '../harness/testRelay.ts';
import type { OutgoingDocument } from '../../protocol/api/types.ts';
import type { Stage } from '../harness/stage.ts';

export interface TwoOffices {
  relay: TestRelay;
  kyoto: TestGateway;
  osaka: TestGateway;
}

export async function startTwoOffices(stage: Stage): Promise<TwoOffices> {
  const relay = await startRelay(stage);
  const office = async (name: string) => {
    await relay.addDevice(name);
    const gateway = await startGateway(stage, name);
    await connectToRelay(gateway, relay);
    return gateway;
  };
  return { relay, kyoto: await office('kyoto'), osaka: await office('osaka') };
}

/** Uploads a file and waits until its pages are made: what a person has on the screen before pressing Send. */
export async function preparedDraft(
  gateway: TestGateway,
  name: string,
  content: Uint8Array<ArrayBuffer>,
): Promise<OutgoingDocument> {
  const { fileId } = await uploadFile(gateway, name, content);
  const draft = await gateway
    .api()
    .drafts.create.mutate({ fileIds: [fileId], options: DEFAULT_PAGE_OPTIONS });
  return gateway.until(
    'the pages are made',
    async () => {
      const document = await gateway.api().outgoing.get.query({ documentId: draft.id });
      if (document.preparation !== undefined) throw new Error(document.preparationText);
      return document.prepared ? document : undefined;
    },
    120_000,
  );
}

/** Sends a draft and waits for the true confirmation. Milliseconds from Send to confirmed. */
export async function sendAndWait(gateway: TestGateway, documentId: string, to: string): Promise<number> {
  const begun = performance.now();
  await gateway.api().outgoing.send.mutate({ documentId, recipients: [to] });
  return gateway.until(
    'the document is confirmed',
    async () => {
      const document = await gateway.api().outgoing.get.query({ documentId });
      if (document.status === 'confirmed') return performance.now() - begun;
      if (document.status === 'failed') throw new Error(document.deliveries[0]?.text);
      return undefined;
    },
    120_000,
  );
}
