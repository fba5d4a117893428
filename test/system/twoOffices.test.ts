// The product's main job: a real PDF goes from one office to another through a relay, as three real processes.

import path from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFailed, test } from 'vitest';
import { makeCertificates } from '../harness/certificates.ts';
import { startCutProxy } from '../harness/cutProxy.ts';
import { fixtureFile } from '../harness/fixtures.ts';
import { incomingPageFiles } from '../harness/gatewayRecords.ts';
import { openStage, type Stage } from '../harness/stage.ts';
import { connectToRelay, startGateway, type TestGateway } from '../harness/testGateway.ts';
import { startRelay } from '../harness/testRelay.ts';
import { tiffPixels } from '../harness/tiffPixels.ts';
import type { DocumentPage, IncomingDocument } from '../../protocol/api/types.ts';

const PDF = fixtureFile('ten-pages.pdf');
const PAGES = 10;

let stage: Stage;
beforeEach(() => {
  stage = openStage();
  onTestFailed(() => console.log(stage.logs()));
});
afterEach(() => stage.close());

describe.each([{ security: 'plain' }, { security: 'TLS' }] as const)('over $security', ({ security }) => {
  test('ten pages arrive page by page, every pixel as previewed', async () => {
    const tls = security === 'TLS' ? await makeCertificates(stage.folder) : undefined;
    const relay = await startRelay(stage, { ...(tls && { tls }) });
    await relay.addDevice('kyoto');
    await relay.addDevice('osaka');
    // An uplink of one megabyte a second and direction: what is on its way can be told from what has arrived.
    const uplink = await startCutProxy({ targetPort: relay.port, bytesPerSecond: 1_000_000 });
    stage.onClose(() => uplink.close());
    const account = { url: relay.url.replace(/:\d+$/, `:${uplink.port}`) };
    const kyoto = await startGateway(stage, 'kyoto');
    const osaka = await startGateway(stage, 'osaka');
    await connectToRelay(kyoto, account, { ...(tls && { ca: tls.ca }) });
    await connectToRelay(osaka, relay, { ...(tls && { ca: tls.ca }) });

    // A looks at what will arrive, and sends it.
    const previewFile = path.join(stage.folder, 'preview.tif');
    const preview = await kyoto.command('preview', PDF, previewFile);
    expect(preview.exitCode, preview.stderr).toBe(0);
    const carriedBefore = uplink.bytesCarried();
    const sentAt = Date.now();
    const sending = kyoto.command('send', PDF, '--to', 'osaka', '--wait');
    const carriedAtFirstPage = await osaka.until('the first page is stored', async () => {
      const [incoming] = (await osaka.api().inbox.list.query({ limit: 1 })).items;
      return incoming !== undefined && incoming.pages > 0 ? uplink.bytesCarried() - carriedBefore : undefined;
    });

    // The confirmation is true: the exit code, the sender's record, the receiver's inbox.
    const sent = await sending;
    expect(sent.exitCode, sent.stderr).toBe(0);
    expect(sent.json()).toMatchObject({ status: 'confirmed', pages: PAGES });
    const inbox = (await osaka.command('inbox')).json() as IncomingDocument[];
    expect(inbox).toHaveLength(1);
    expect(inbox[0]).toMatchObject({ from: 'kyoto', pages: PAGES, state: 'complete' });
    const documentId = inbox[0]?.id ?? '';
    const pages = await osaka.api().inbox.pages.query({ documentId });

    // Real time, not store and forward: the first page lay at B while most of the document had not yet left A.
    const allBytes = pages.reduce((sum, page) => sum + page.byteLength, 0);
    expect(carriedAtFirstPage).toBeLessThan(allBytes);
    printPageTimes(security, sentAt, pages);

    // Every pixel, judged by libtiff: the preview, B's stored pages, B's export.
    const exportFile = path.join(stage.folder, 'export.tif');
    const exported = await osaka.command('export', documentId, exportFile);
    expect(exported.exitCode, exported.stderr).toBe(0);
    const previewed = await tiffPixels(previewFile);
    expect(previewed).toHaveLength(PAGES);
    expect(new Set(previewed.map(({ sha256 }) => sha256)).size).toBe(PAGES);
    expect(await tiffPixels(exportFile)).toEqual(previewed);
    expect(await storedPixels(osaka, documentId)).toEqual(previewed);
    for (const { blackPixels, width, height } of previewed) {
      expect(blackPixels).toBeGreaterThan((width * height) / 1000);
    }
  });
});

function printPageTimes(security: string, sentAt: number, pages: DocumentPage[]): void {
  const times = pages.map(({ storedAt }) => Date.parse(storedAt) - sentAt);
  const kibibytes = pages.map(({ byteLength }) => Math.round(byteLength / 1024));
  console.log(
    `${security}: pages stored after ${times.join(', ')} ms (${kibibytes.join(', ')} KiB), total ${times.at(-1)} ms`,
  );
}

/** The files in B's data folder, as a viewer without Hikyaku would open them. */
async function storedPixels(gateway: TestGateway, documentId: string) {
  const files = await incomingPageFiles(gateway.dataFolder, documentId);
  return (await Promise.all(files.map(tiffPixels))).flat();
}
