// `hikyaku poll …`: fetch a document that another machine keeps, keep documents to be fetched.

import type { PollOffer } from '../../../protocol/api/lines.ts';
import { telephoneDestination } from '../../../protocol/destination.ts';
import type { CommandContext, GatewayCommand } from '../commandContext.ts';
import { EXIT } from '../commandError.ts';
import type { ExitCode } from '../commandError.ts';
import { withDraft } from '../draft.ts';
import type { PageChoices } from '../draft.ts';
import { table } from '../output.ts';
import { warnWithoutCountry } from '../recipients.ts';

const LOOK_EVERY_MS = 1_000;

export interface PollKeys {
  address?: string;
  password?: string;
}

export async function fetchByPolling(
  context: CommandContext,
  number: string,
  options: PollKeys & { wait?: boolean },
): Promise<ExitCode> {
  const { wait, ...keys } = options;
  return await context.withGateway(async (command) => {
    const { gateway, output } = command;
    await warnWithoutCountry(command, [telephoneDestination(number) ?? number]);
    const { callId } = await gateway.api.polling.fetch.mutate({ number, ...keys });
    if (wait !== true) {
      output.result({ callId }, callId);
      return EXIT.done;
    }
    return await follow(command, callId);
  });
}

export interface OfferOptions extends PageChoices, PollKeys {
  keep?: boolean;
}

export async function offer(
  context: CommandContext,
  files: string[],
  options: OfferOptions,
): Promise<ExitCode> {
  const { address, password, keep, ...choices } = options;
  return await context.withGateway(async (command) => {
    const { gateway, output } = command;
    const offered = await withDraft(command, files, choices, (draft) =>
      gateway.api.polling.offer.mutate({
        documentId: draft.id,
        ...(address === undefined ? {} : { address }),
        ...(password === undefined ? {} : { password }),
        once: keep !== true,
      }),
    );
    output.result(offered, offerTable([offered]));
  });
}

export async function listOffers(context: CommandContext): Promise<ExitCode> {
  return await context.withGateway(async ({ gateway, output }) => {
    const offers = await gateway.api.polling.offers.query();
    output.result(offers, offerTable(offers));
  });
}

export async function withdrawOffer(context: CommandContext, offerId: string): Promise<ExitCode> {
  return await context.withGateway(async ({ gateway, output }) => {
    await gateway.api.polling.withdraw.mutate({ offerId });
    output.result({ offerId, withdrawn: true }, '');
  });
}

async function follow({ gateway, output }: GatewayCommand, callId: string): Promise<ExitCode> {
  for (;;) {
    const call = await gateway.persistently(() => gateway.api.calls.get.query({ callId }));
    if (call.report !== undefined) {
      const { report, incomingIds, text } = call;
      output.result({ callId, incomingIds, ...report }, incomingIds.join('\n'));
      if (report.outcome.disposition === 'done') return EXIT.done;
      output.warn(text ?? report.outcome.code);
      return EXIT.failed;
    }
    output.progress(`Fetching from ${call.number}: ${call.progress?.phase ?? 'dialling'}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

function offerTable(offers: PollOffer[]): string {
  const rows = offers.map((kept) => [
    kept.id,
    kept.title,
    String(kept.pages),
    kept.address ?? '',
    kept.hasPassword ? 'with password' : '',
    kept.once ? 'once' : `fetched ${kept.fetched} times`,
  ]);
  return table(['ID', 'TITLE', 'PAGES', 'ADDRESS', '', ''], rows, 'Nothing is kept to be fetched.');
}
