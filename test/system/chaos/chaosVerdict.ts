// Judges the chaos scenario from what lies on disk: no confirmed page missing at any time, and at the end every
// document delivered exactly once, bit for bit, or shown as not delivered.

import path from 'node:path';
import { downloadDocument } from '../../harness/gatewayHttp.ts';
import { gatewayRecords, incomingPageFiles, type GatewayRecords } from '../../harness/gatewayRecords.ts';
import { tiffPixels } from '../../harness/tiffPixels.ts';
import type { PlannedDocument } from './chaosPlan.ts';
import type { ChaosWorld, Office } from './chaosWorld.ts';

/** Throws when a sender believes in a page that its receiver has not got. Holds at every instant. */
export async function checkConfirmedPages(world: ChaosWorld, when: string): Promise<void> {
  // Senders first: whatever they believe now must be true a moment later too.
  const believed = await Promise.all(world.offices.map(recordsOf));
  const stored = await Promise.all(world.offices.map(recordsOf));
  for (const [senderIndex, sender] of world.offices.entries()) {
    for (const delivery of believed[senderIndex]?.deliveries ?? []) {
      if (delivery.pagesConfirmed === 0) continue;
      const receiver = world.offices.findIndex((office) => office.deviceId === delivery.to);
      const documents = stored[receiver]?.incoming.filter(
        (document) => document.caller === sender.deviceId && document.subject === delivery.title,
      );
      const pages = Math.max(0, ...(documents ?? []).map((document) => document.pages.length));
      if (pages < delivery.pagesConfirmed) {
        throw new Error(
          `${when}: "${delivery.title}": ${delivery.pagesConfirmed} pages confirmed, ${pages} stored`,
        );
      }
    }
  }
}

export interface Verdict {
  delivered: number;
  notDelivered: { title: string; code: string }[];
  /** Attempts by how they ended. */
  attempts: Record<string, number>;
  pages: number;
  /** What must not be. */
  violations: string[];
}

/** Compares what every sender says with what every receiver has, page images included. */
export async function judge(world: ChaosWorld, documents: PlannedDocument[]): Promise<Verdict> {
  const verdict: Verdict = { delivered: 0, notDelivered: [], attempts: {}, pages: 0, violations: [] };
  const records = new Map<string, GatewayRecords>();
  for (const office of world.offices) records.set(office.deviceId, await recordsOf(office));
  for (const code of [...records.values()].flatMap(({ attempts }) => attempts)) {
    verdict.attempts[code] = (verdict.attempts[code] ?? 0) + 1;
  }

  for (const document of documents) {
    const deliveries = records.get(document.from)?.deliveries.filter(({ title }) => title === document.title);
    const arrived = [...records].flatMap(([deviceId, { incoming }]) =>
      incoming
        .filter(({ subject, state }) => subject === document.title && state === 'complete')
        .map((incomingDocument) => ({ deviceId, document: incomingDocument })),
    );
    const violation = (text: string) => verdict.violations.push(`"${document.title}": ${text}`);
    const [delivery] = deliveries ?? [];
    if (delivery === undefined || deliveries?.length !== 1) {
      violation(`${deliveries?.length ?? 0} deliveries at the sender instead of one`);
      continue;
    }
    if (arrived.length > 1) violation(`arrived ${arrived.length} times`);
    if (delivery.status !== 'confirmed') {
      verdict.notDelivered.push({ title: document.title, code: delivery.outcomeCode });
      if (!['failed', 'cancelled'].includes(delivery.status)) violation(`in limbo: ${delivery.status}`);
      if (arrived.length > 0) violation(`shown as ${delivery.status}, but it arrived`);
      continue;
    }
    verdict.delivered += 1;
    const [receipt] = arrived;
    if (receipt === undefined) {
      violation('confirmed, but it did not arrive');
      continue;
    }
    if (receipt.deviceId !== document.to) violation(`arrived at ${receipt.deviceId}`);
    if (receipt.document.caller !== document.from) violation(`arrived from ${receipt.document.caller}`);
    verdict.pages += receipt.document.pages.length;
    const difference = await pageDifference(world, document, receipt.document.id);
    if (difference !== undefined) violation(difference);
  }
  const known = new Set(documents.map(({ title }) => title));
  for (const [deviceId, { incoming }] of records) {
    for (const stray of incoming.filter(({ subject }) => !known.has(subject))) {
      verdict.violations.push(`${deviceId} has "${stray.subject}", which nobody sent`);
    }
  }
  return verdict;
}

/** Holds the page files of both ends against each other, as libtiff decodes them. */
async function pageDifference(
  world: ChaosWorld,
  document: PlannedDocument,
  incomingId: string,
): Promise<string | undefined> {
  const sender = officeNamed(world, document.from);
  const receiver = officeNamed(world, document.to);
  const sent = await sender.gateway.api().outgoing.list.query({
    folder: 'all',
    limit: 100,
    search: document.title,
  });
  const outgoing = sent.items.find((item) => item.title === document.title);
  if (outgoing === undefined) return 'the sender does not list it';
  const sentPages = await sender.gateway.api().outgoing.pages.query({ documentId: outgoing.id });
  const files = await incomingPageFiles(receiver.gateway.dataFolder, incomingId);
  if (files.length !== sentPages.length) return `${files.length} page files for ${sentPages.length} pages`;
  const storedPages = await receiver.gateway.api().inbox.pages.query({ documentId: incomingId });
  for (const [index, page] of sentPages.entries()) {
    if (storedPages[index]?.sha256 !== page.sha256) return `page ${index + 1} has other T.6 data`;
  }
  const before = await exportedPixels(sender, outgoing.id);
  const after = (await Promise.all(files.map(tiffPixels))).flat().map(({ sha256 }) => sha256);
  return before.join() === after.join() ? undefined : 'the pictures differ';
}

async function exportedPixels(office: Office, documentId: string): Promise<string[]> {
  const file = path.join(office.gateway.dataFolder, `judged-${documentId}.tif`);
  await downloadDocument(office.gateway, 'outgoing', documentId, 'tif', file);
  return (await tiffPixels(file)).map(({ sha256 }) => sha256);
}

function officeNamed(world: ChaosWorld, deviceId: string): Office {
  const office = world.offices.find((candidate) => candidate.deviceId === deviceId);
  if (office === undefined) throw new Error(`no office ${deviceId}`);
  return office;
}

function recordsOf(office: Office): Promise<GatewayRecords> {
  return gatewayRecords(office.gateway.dataFolder, !office.gateway.process().running());
}
