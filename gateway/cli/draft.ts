// From files on this machine to a draft whose pages are ready, for `send` and `preview`.

import { outcomeText } from '../../protocol/outcomeTexts.ts';
import { apiErrorOf } from '../../protocol/api/carrier.ts';
import type { OutgoingDocument } from '../../protocol/api/types.ts';
import { pageOptionsSchema } from '../../protocol/imaging.ts';
import type { GatewayCommand } from './commandContext.ts';
import { CommandError, EXIT } from './commandError.ts';
import { checkReadable, uploadFile } from './fileTransfer.ts';
import { followDocument } from './followDocument.ts';

export interface PageChoices {
  resolution?: string;
  paper?: string;
  placement?: string;
  mode?: string;
}

/**
 * Runs `use` with a draft made of `files`, all its pages ready. A draft that `use` does not send is removed again,
 * whatever happens. Throws CommandError with an outcome code when no pages can be made of the files.
 */
export async function withDraft<T>(
  command: GatewayCommand,
  files: string[],
  choices: PageChoices,
  use: (draft: OutgoingDocument) => Promise<T>,
): Promise<T> {
  const { gateway, output } = command;
  await checkReadable(files);
  const fileIds: string[] = [];
  for (const file of files) {
    output.progress(`Reading ${file}`);
    fileIds.push((await uploadFile(gateway.endpoint(), file)).fileId);
  }
  const settings = await gateway.api.settings.get.query();
  const options = pageOptionsSchema.parse({ paper: settings.paper, ...choices });
  const { id } = await gateway.api.drafts.create.mutate({ fileIds, options });
  const removeIfDraft = async (): Promise<void> => {
    try {
      const document = await gateway.api.outgoing.get.query({ documentId: id });
      if (document.status === 'draft') await gateway.api.outgoing.remove.mutate({ documentId: id });
    } catch (error) {
      if (apiErrorOf(error)?.code !== 'NOT_FOUND') throw error;
    }
  };
  const forget = command.onInterrupt(removeIfDraft);
  try {
    const draft = await untilPrepared(command, id);
    const result = await use(draft);
    await removeIfDraft();
    return result;
  } catch (error) {
    // The first error is the one to tell.
    await removeIfDraft().catch(() => undefined);
    throw error;
  } finally {
    forget();
  }
}

async function untilPrepared(command: GatewayCommand, documentId: string): Promise<OutgoingDocument> {
  const { gateway, output } = command;
  for await (const { document } of followDocument(gateway, documentId)) {
    const { preparation, prepared, pages, pagesExpected } = document;
    if (preparation?.disposition === 'fail') {
      const text = document.preparationText ?? outcomeText(preparation.code);
      const file = document.failedFileName === undefined ? '' : `${document.failedFileName}: `;
      throw new CommandError(EXIT.failed, preparation.code, `${file}${text}`);
    }
    if (prepared) {
      output.progress('');
      return document;
    }
    const of = pagesExpected === undefined ? '' : ` of ${pagesExpected}`;
    output.progress(`Making page ${pages + 1}${of}`);
  }
  throw new Error('the document is no longer followed');
}
