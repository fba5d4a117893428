// Commands on documents that exist: lists, show, export, preview, cancel, retry.

import { exportPath } from '../../../protocol/api/http.ts';
import type { Folder } from '../../../protocol/api/http.ts';
import { apiErrorOf } from '../../../protocol/api/carrier.ts';
import type { CallSummary } from '../../../protocol/api/lines.ts';
import type {
  Attempt,
  DocumentPage,
  IncomingDocument,
  OutgoingDocument,
} from '../../../protocol/api/types.ts';
import type { CommandContext } from '../commandContext.ts';
import { usageError } from '../commandError.ts';
import type { ExitCode } from '../commandError.ts';
import { withDraft } from '../draft.ts';
import type { PageChoices } from '../draft.ts';
import { downloadFile, exportFormatOf } from '../fileTransfer.ts';
import type { GatewayClient } from '../gatewayClient.ts';
import { collect, type ListOptions } from '../listing.ts';
import { damageText, pageMarks } from '../pageDamage.ts';
import { counted, fields, shortTime, table } from '../output.ts';

export async function listInbox(context: CommandContext, options: ListOptions): Promise<ExitCode> {
  return await context.withGateway(async ({ gateway, output }) => {
    const documents = await collect(context, options, (request) => gateway.api.inbox.list.query(request));
    output.result(documents, inboxTable(documents));
  });
}

export async function listOutgoing(
  context: CommandContext,
  folder: 'outbox' | 'sent' | 'failed',
  options: ListOptions,
): Promise<ExitCode> {
  return await context.withGateway(async ({ gateway, output }) => {
    const documents = await collect(context, options, (request) =>
      gateway.api.outgoing.list.query({ ...request, folder }),
    );
    output.result(documents, outgoingTable(documents, EMPTY[folder]));
  });
}

export async function show(context: CommandContext, documentId: string): Promise<ExitCode> {
  return await context.withGateway(async ({ gateway, output }) => {
    const found = await findDocument(gateway, documentId);
    if (found.folder === 'incoming') {
      const pageDetails = await gateway.api.inbox.pages.query({ documentId });
      output.result(
        { folder: found.folder, ...found.document, pageDetails },
        `${incomingText(found.document)}\n\n${pageTable(pageDetails)}`,
      );
      return;
    }
    const pageDetails = await gateway.api.outgoing.pages.query({ documentId });
    const attempts = await gateway.api.outgoing.attempts.query({ documentId });
    const text = [
      outgoingText(found.document),
      outgoingRecipients(found.document),
      attemptTable(found.document, attempts),
      pageTable(pageDetails),
    ];
    output.result(
      { folder: found.folder, ...found.document, pageDetails, attempts },
      text.filter((part) => part !== '').join('\n\n'),
    );
  });
}

export async function exportDocument(
  context: CommandContext,
  documentId: string,
  target: string,
): Promise<ExitCode> {
  const format = exportFormatOf(target);
  return await context.withGateway(async ({ gateway, output }) => {
    const { folder } = await findDocument(gateway, documentId);
    await downloadFile(gateway.endpoint(), exportPath(folder, documentId, format), target);
    output.result({ id: documentId, file: target, format }, '');
  });
}

/** The last of `files` is where the pages go. */
export async function preview(
  context: CommandContext,
  files: string[],
  choices: PageChoices,
): Promise<ExitCode> {
  const target = files.at(-1);
  if (target === undefined || files.length < 2) {
    throw usageError('Name at least one file to look at, and last the file to write.');
  }
  const format = exportFormatOf(target);
  return await context.withGateway(async (command) => {
    const { gateway, output } = command;
    const draft = await withDraft(command, files.slice(0, -1), choices, async (prepared) => {
      await downloadFile(gateway.endpoint(), exportPath('outgoing', prepared.id, format), target);
      return prepared;
    });
    const substituted = draft.substitutedFonts.join(', ');
    output.result(
      { file: target, format, pages: draft.pages, substitutedFonts: draft.substitutedFonts },
      counted(draft.pages, 'page') + (substituted === '' ? '' : `. Fonts replaced: ${substituted}`),
    );
  });
}

export async function cancel(context: CommandContext, documentId: string): Promise<ExitCode> {
  return await context.withGateway(async ({ gateway, output }) => {
    const document = await gateway.api.outgoing.cancel.mutate({ documentId });
    output.result(document, outgoingRecipients(document));
  });
}

export async function retry(context: CommandContext, documentId: string): Promise<ExitCode> {
  return await context.withGateway(async ({ gateway, output }) => {
    const document = await gateway.api.outgoing.retry.mutate({ documentId });
    output.result(document, outgoingRecipients(document));
  });
}

type Found =
  | { folder: Extract<Folder, 'incoming'>; document: IncomingDocument }
  | { folder: Extract<Folder, 'outgoing'>; document: OutgoingDocument };

async function findDocument(gateway: GatewayClient, documentId: string): Promise<Found> {
  try {
    return { folder: 'incoming', document: await gateway.api.inbox.get.query({ documentId }) };
  } catch (error) {
    if (apiErrorOf(error)?.code !== 'NOT_FOUND') throw error;
    return { folder: 'outgoing', document: await gateway.api.outgoing.get.query({ documentId }) };
  }
}

const EMPTY = {
  outbox: 'Nothing is waiting.',
  sent: 'Nothing has been sent yet.',
  failed: 'Nothing has failed.',
};

function inboxTable(documents: IncomingDocument[]): string {
  const rows = documents.map((document) => [
    document.id,
    senderOf(document),
    incomingPages(document),
    shortTime(document.receivedAt),
    document.state === 'complete' ? (document.read ? '' : 'unread') : document.state,
    document.subject ?? damageText(document.quality ?? []),
  ]);
  return table(['ID', 'FROM', 'PAGES', 'RECEIVED', '', 'SUBJECT'], rows, 'The inbox is empty.');
}

function outgoingTable(documents: OutgoingDocument[], empty: string): string {
  const rows = documents.map((document) => [
    document.id,
    document.deliveries.map((delivery) => delivery.contactName ?? delivery.destination).join(', '),
    String(document.pages),
    document.status,
    shortTime(document.finishedAt ?? document.sentAt ?? document.createdAt),
    nextAttempt(document),
    document.title,
  ]);
  return table(['ID', 'TO', 'PAGES', 'STATUS', 'TIME', 'NEXT', 'TITLE'], rows, empty);
}

/** When something happens with it next by itself. */
function nextAttempt({ deliveries }: OutgoingDocument): string {
  const [next] = deliveries.flatMap(({ nextAttemptAt }) => nextAttemptAt ?? []).sort();
  return next === undefined ? '' : shortTime(next);
}

function incomingText(document: IncomingDocument): string {
  return fields([
    ['Id', document.id],
    ['From', `${senderOf(document)} (${document.from})`],
    ['Subject', document.subject],
    ['Pages', incomingPages(document)],
    ['State', document.state],
    ['Received', shortTime(document.receivedAt)],
    ['Machine', document.remoteId],
    ['Caller', [document.callerNumber, document.callerName].filter(Boolean).join(' ') || undefined],
    ['For', document.subaddress],
    ['Call', document.call === undefined ? undefined : callText(document.call)],
  ]);
}

function callText({ callId, rateBps, coding, ecm, durationMs }: CallSummary): string {
  const speed = rateBps === undefined ? [] : [`${rateBps} bit/s`];
  const correction = ecm === undefined ? [] : [ecm ? 'ECM' : 'no ECM'];
  const duration = durationMs === undefined ? [] : [`${(durationMs / 1_000).toFixed(1)} s`];
  return [callId, ...speed, ...(coding === undefined ? [] : [coding]), ...correction, ...duration].join(', ');
}

function outgoingText(document: OutgoingDocument): string {
  return fields([
    ['Id', document.id],
    ['Title', document.title],
    ['Status', document.status],
    ['Problem', document.preparationText],
    ['Pages', String(document.pages)],
    ['Resolution', `${document.options.resolution}, ${document.options.paper}`],
    ['Created', shortTime(document.createdAt)],
    ['Sent', document.sentAt === undefined ? undefined : shortTime(document.sentAt)],
    ['Finished', document.finishedAt === undefined ? undefined : shortTime(document.finishedAt)],
  ]);
}

function outgoingRecipients(document: OutgoingDocument): string {
  const rows = document.deliveries.map((delivery) => [
    delivery.contactName ?? delivery.destination,
    delivery.status,
    `${delivery.pagesConfirmed} of ${document.pages}`,
    String(delivery.attempts),
    delivery.nextAttemptAt === undefined ? '' : shortTime(delivery.nextAttemptAt),
    delivery.text ?? '',
  ]);
  return table(['TO', 'STATUS', 'CONFIRMED', 'ATTEMPTS', 'NEXT', ''], rows, '');
}

function attemptTable(document: OutgoingDocument, attempts: Attempt[]): string {
  const devices = new Map(document.deliveries.map((delivery) => [delivery.id, delivery.destination]));
  const rows = attempts.map((attempt) => [
    devices.get(attempt.deliveryId) ?? '',
    String(attempt.number),
    shortTime(attempt.startedAt),
    String(attempt.pagesConfirmed),
    attempt.outcome?.code ?? (attempt.endedAt === undefined ? 'under way' : ''),
  ]);
  return table(['ATTEMPT TO', 'NUMBER', 'STARTED', 'CONFIRMED', 'OUTCOME'], rows, '');
}

function pageTable(pages: DocumentPage[]): string {
  const rows = pages.map((page) => [
    String(page.index + 1),
    `${page.width} × ${page.height}`,
    `${page.xDpi} × ${page.yDpi}`,
    String(page.byteLength),
    [...page.warnings, ...pageMarks(page.quality)].join(', '),
  ]);
  return table(['PAGE', 'PIXELS', 'PER INCH', 'BYTES', ''], rows, '');
}

function senderOf(document: IncomingDocument): string {
  if (document.contactName !== undefined) return document.contactName;
  if (document.fromName !== '') return document.fromName;
  return document.from === 'tel:' ? 'unknown caller' : document.from;
}

function incomingPages(document: IncomingDocument): string {
  const complete = ['complete', 'partial'].includes(document.state) || document.pagesExpected === undefined;
  return complete ? String(document.pages) : `${document.pages} of ${document.pagesExpected}`;
}
