// `hikyaku send`: files to recipients, and on demand until every one of them has confirmed.

import { deviceIdSchema } from '../../../protocol/relay.ts';
import { outcomeText } from '../../../protocol/outcomeTexts.ts';
import type { Contact, Delivery, OutgoingDocument } from '../../../protocol/api/types.ts';
import type { CommandContext, GatewayCommand } from '../commandContext.ts';
import { CommandError, EXIT } from '../commandError.ts';
import type { ExitCode } from '../commandError.ts';
import { withDraft } from '../draft.ts';
import type { PageChoices } from '../draft.ts';
import { followDocument } from '../followDocument.ts';
import type { GatewayClient } from '../gatewayClient.ts';
import { counted, table } from '../output.ts';
import { judge } from '../verdict.ts';
import type { Reason } from '../verdict.ts';

export interface SendOptions extends PageChoices {
  to: string[];
  title?: string;
  wait?: boolean;
  timeout?: number;
}

export async function send(
  context: CommandContext,
  files: string[],
  options: SendOptions,
): Promise<ExitCode> {
  const { to, title, wait, timeout, ...choices } = options;
  return await context.withGateway(async (command) => {
    const { gateway, output } = command;
    const recipients = findRecipients(to, await gateway.api.contacts.list.query());
    const queued = await withDraft(command, files, choices, (draft) =>
      queue(gateway, draft.id, recipients, title),
    );
    if (wait !== true) {
      output.result(summary(queued), queued.id);
      return EXIT.done;
    }
    output.line(queued.id);
    const end = await untilOver(command, queued.id, timeout);
    return tell(command, end.document, end.reason);
  });
}

/** Device ids for what was written after `--to`: a contact's exact name, else a device id. */
export function findRecipients(names: string[], contacts: Contact[]): string[] {
  const found = names.map((name) => {
    const named = contacts.filter((contact) => contact.name === name);
    const deviceIds = new Set(named.flatMap(({ deviceId }) => (deviceId === undefined ? [] : [deviceId])));
    const [deviceId, another] = deviceIds;
    if (another !== undefined) {
      throw new CommandError(
        EXIT.failed,
        'CONFLICT',
        `Several contacts are called “${name}”. Use the device id of the right one.`,
      );
    }
    if (deviceId !== undefined) return deviceId;
    if (named.length > 0) {
      throw new CommandError(EXIT.failed, 'INVALID_INPUT', `The contact “${name}” has no device id.`);
    }
    if (deviceIdSchema.safeParse(name).success) return name;
    throw new CommandError(
      EXIT.failed,
      'INVALID_INPUT',
      `“${name}” is neither a contact nor a device id. Device ids have small letters, digits, “-”, “_” and “.”.`,
    );
  });
  return [...new Set(found)];
}

/** Sends the draft exactly once, even when the gateway is restarted in between. */
async function queue(
  gateway: GatewayClient,
  documentId: string,
  recipients: string[],
  title: string | undefined,
): Promise<OutgoingDocument> {
  return await gateway.persistently(async () => {
    const present = await gateway.api.outgoing.get.query({ documentId });
    if (present.status !== 'draft') return present;
    return await gateway.api.outgoing.send.mutate({
      documentId,
      recipients,
      ...(title === undefined ? {} : { title }),
    });
  });
}

interface End {
  document: OutgoingDocument;
  /** Why it is not over yet. */
  reason?: Reason;
}

async function untilOver(
  { gateway, output }: GatewayCommand,
  documentId: string,
  timeoutSeconds: number | undefined,
): Promise<End> {
  const deadline = timeoutSeconds === undefined ? Infinity : Date.now() + timeoutSeconds * 1_000;
  for await (const { document, relay, unchangedSince } of followDocument(gateway, documentId)) {
    const verdict = judge(document, relay, Date.now(), unchangedSince);
    if (verdict.kind === 'stuck') return { document, reason: verdict.reason };
    if (verdict.kind !== 'goingOn') return { document };
    if (Date.now() >= deadline) {
      const open = document.deliveries.find((delivery) => !isOver(delivery));
      const code = open?.outcome?.code ?? relay?.outcome?.code;
      const text = code === undefined ? '' : outcomeText(code);
      return { document, reason: { code: code ?? 'TIMEOUT', text } };
    }
    output.progress(progressText(document));
  }
  throw new Error('the document is no longer followed');
}

function tell({ output }: GatewayCommand, document: OutgoingDocument, reason: Reason | undefined): ExitCode {
  output.progress('');
  output.result(summary(document, reason), recipientTable(document, reason));
  if (reason !== undefined) {
    output.warn(`Not delivered yet; it stays in the outbox. ${reason.text}`.trimEnd());
    return EXIT.waiting;
  }
  if (document.deliveries.every((delivery) => delivery.status === 'confirmed')) return EXIT.done;
  for (const delivery of document.deliveries) {
    if (delivery.status !== 'confirmed') {
      output.warn(`Not delivered to ${delivery.destination}. ${deliveryText(delivery)}`.trimEnd());
    }
  }
  return EXIT.failed;
}

/** What scripts get of a sent document. */
function summary(document: OutgoingDocument, reason?: Reason): object {
  return {
    id: document.id,
    status: reason === undefined ? document.status : 'waiting',
    pages: document.pages,
    recipients: document.deliveries.map((delivery) => {
      const waiting = isOver(delivery) ? undefined : reason;
      return {
        device: delivery.destination,
        status: delivery.status,
        pagesConfirmed: delivery.pagesConfirmed,
        code: delivery.outcome?.code ?? waiting?.code ?? null,
        text: delivery.outcome === undefined ? (waiting?.text ?? null) : deliveryText(delivery),
        attempts: delivery.attempts,
      };
    }),
  };
}

function recipientTable(document: OutgoingDocument, reason: Reason | undefined): string {
  const rows = document.deliveries.map((delivery) => [
    delivery.contactName ?? delivery.destination,
    delivery.status,
    `${delivery.pagesConfirmed} of ${counted(document.pages, 'page')}`,
    deliveryText(delivery) === '' && !isOver(delivery) ? (reason?.text ?? '') : deliveryText(delivery),
  ]);
  return table(['TO', 'STATUS', 'CONFIRMED', ''], rows, '');
}

function progressText(document: OutgoingDocument): string {
  const { deliveries, pages } = document;
  const active = deliveries.find(
    (delivery) => delivery.status === 'sending' || delivery.status === 'calling',
  );
  const shown = active ?? deliveries.find((delivery) => !isOver(delivery));
  if (shown === undefined) return '';
  const over = deliveries.filter((delivery) => isOver(delivery)).length;
  const done = deliveries.length > 1 ? `${over} of ${deliveries.length} recipients done · ` : '';
  const name = shown.contactName ?? shown.destination;
  if (shown.status === 'sending') {
    return `${done}Sending to ${name}: page ${Math.min(shown.pagesConfirmed + 1, pages)} of ${pages}`;
  }
  if (shown.status === 'calling') return `${done}Calling ${name}`;
  return `${done}Waiting for ${name}. ${deliveryText(shown)}`;
}

function deliveryText(delivery: Delivery): string {
  return delivery.text ?? (delivery.outcome === undefined ? '' : outcomeText(delivery.outcome.code));
}

function isOver(delivery: Delivery): boolean {
  return delivery.status === 'confirmed' || delivery.status === 'failed' || delivery.status === 'cancelled';
}
