// `hikyaku send`: files to recipients, and on demand until every one of them has confirmed.

import { outcomeText } from '../../../protocol/outcomeTexts.ts';
import { isTelephone } from '../../../protocol/destination.ts';
import type { Delivery, OutgoingDocument, Sending } from '../../../protocol/api/types.ts';
import type { CommandContext, GatewayCommand } from '../commandContext.ts';
import { EXIT } from '../commandError.ts';
import type { ExitCode } from '../commandError.ts';
import { withDraft } from '../draft.ts';
import type { PageChoices } from '../draft.ts';
import { followDocument } from '../followDocument.ts';
import type { GatewayClient } from '../gatewayClient.ts';
import { counted, table } from '../output.ts';
import { devicesAmong, findRecipients, warnWithoutCountry } from '../recipients.ts';
import { judge } from '../verdict.ts';
import type { Reason } from '../verdict.ts';
import { withoutUndefined } from '../../store/row.ts';

export interface SendOptions extends PageChoices {
  to: string[];
  title?: string;
  wait?: boolean;
  timeout?: number;
  at?: string;
  cheapHours?: boolean;
  priority?: Sending['priority'];
  subaddress?: string;
  password?: string;
}

export async function send(
  context: CommandContext,
  files: string[],
  options: SendOptions,
): Promise<ExitCode> {
  const { to, title, wait, timeout, at, cheapHours, priority, subaddress, password, ...choices } = options;
  const sending = withoutUndefined({ sendAt: at, cheapHours, priority, subaddress, password });
  return await context.withGateway(async (command) => {
    const { gateway, output } = command;
    const contacts = await gateway.api.contacts.list.query();
    const recipients = findRecipients(to, contacts, await devicesAmong(gateway, to));
    await warnWithoutCountry(command, recipients);
    const queued = await withDraft(command, files, choices, (draft) =>
      queue(gateway, draft.id, { recipients, title, sending }),
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

/** Sends the draft exactly once, even when the gateway is restarted in between. */
async function queue(
  gateway: GatewayClient,
  documentId: string,
  request: { recipients: string[]; title: string | undefined; sending: Partial<Sending> },
): Promise<OutgoingDocument> {
  const { recipients, title, sending } = request;
  return await gateway.persistently(async () => {
    const present = await gateway.api.outgoing.get.query({ documentId });
    if (present.status !== 'draft') return present;
    return await gateway.api.outgoing.send.mutate({
      documentId,
      recipients,
      ...(title === undefined ? {} : { title }),
      ...(Object.keys(sending).length === 0 ? {} : { sending }),
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
        to: delivery.destination,
        ...(isTelephone(delivery.destination) ? {} : { device: delivery.destination }),
        status: delivery.status,
        pagesConfirmed: delivery.pagesConfirmed,
        code: delivery.outcome?.code ?? waiting?.code ?? null,
        text: delivery.outcome === undefined ? (waiting?.text ?? null) : deliveryText(delivery),
        attempts: delivery.attempts,
        outcome: delivery.outcome ?? null,
        ...callFacts(delivery),
      };
    }),
  };
}

/** How the last telephone call for it went; null for what was never agreed. */
function callFacts({ call }: Delivery): object {
  if (call === undefined) return {};
  const { callId, lineName, remoteId, rateBps, modulation, coding, resolution, ecm, durationMs } = call;
  const agreed = { remoteId, rateBps, modulation, coding, resolution, ecm, durationMs };
  return {
    callId,
    lineName,
    ...Object.fromEntries(Object.entries(agreed).map(([name, value]) => [name, value ?? null])),
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
