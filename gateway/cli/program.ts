// The command line of `hikyaku`: its commands, their options and their help.

import { Command, InvalidArgumentError, Option } from 'commander';
import { WIDEST_LINE } from '../../fax/t4/coding.ts';
import type { Coding } from '../../fax/t4/coding.ts';
import { RESOLUTIONS } from '../../protocol/page.ts';
import { findDataFolder } from '../dataFolder.ts';
import type { ExitCode } from './commandError.ts';
import { createCommandContext } from './commandContext.ts';
import type { CommandContext } from './commandContext.ts';
import type { ListOptions } from './listing.ts';
import { addLineCommands } from './lineProgram.ts';
import { createOutput } from './output.ts';
import type { Output } from './output.ts';
import { addContact, listContacts, removeContact } from './commands/contacts.ts';
import type { NewContactOptions } from './commands/contacts.ts';
import {
  cancel,
  exportDocument,
  listInbox,
  listOutgoing,
  preview,
  retry,
  show,
} from './commands/documents.ts';
import { forgetRelay, setRelay, showRelay, testRelay } from './commands/relay.ts';
import type { RelaySetOptions } from './commands/relay.ts';
import { send } from './commands/send.ts';
import type { SendOptions } from './commands/send.ts';
import { serve } from './commands/serve.ts';
import type { ServeOptions } from './commands/serve.ts';
import { setSetting, showSettings } from './commands/settings.ts';
import { listOnline, showStatus } from './commands/status.ts';
import type { DecodeCommandOptions, EncodeCommandOptions } from './commands/t4.ts';
import type { PageChoices } from './draft.ts';
import { sendTime } from './sendTime.ts';
import { addTelephoneCommands } from './telephoneProgram.ts';

interface GlobalOptions {
  data?: string;
  json?: boolean;
}

/** `onExit` is told how the chosen command ended. */
export function createProgram(version: string, onExit: (exitCode: ExitCode) => void): Command {
  const program = new Command('hikyaku');
  const output = (): Output => createOutput(program.opts<GlobalOptions>().json === true);
  const dataFolder = (): string => findDataFolder(program.opts<GlobalOptions>().data);
  const context = (): CommandContext => createCommandContext(output(), dataFolder());
  const run = async (command: Promise<ExitCode>): Promise<void> => {
    onExit(await command);
  };

  program
    .description('Sends and receives faxes over telephone lines and an internet relay.')
    .version(version, '--version', 'show the version')
    .option('--data <folder>', 'data folder of the gateway (or HIKYAKU_DATA)')
    .option('--json', 'answer in JSON')
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError(false);

  program
    .command('serve')
    .description('run the gateway')
    .option('--listen <host:port>', 'where to serve the API and the window (default: 127.0.0.1:4380)')
    .option('--no-embedded-relay', 'do not run a relay of its own while none is set up')
    .action((options: ServeOptions) => run(serve(output(), dataFolder(), options)));

  const relay = program.command('relay').description('the relay this gateway signs in at');
  relay
    .command('set <url>')
    .description('sign in at a relay, for example wss://relay.example')
    .requiredOption('--device <id>', 'device id of this gateway')
    .option('--password-stdin', 'read the password from standard input')
    .option('--keep-password', 'keep the password that is stored')
    .option('--ca <file>', 'certificates (PEM) to trust beside the system’s')
    .option('--proxy <url>', 'HTTP proxy to connect through')
    .action((url: string, options: RelaySetOptions) => run(setRelay(context(), url, options)));
  relay
    .command('show')
    .description('show which relay is set up and how the connection is')
    .action(() => run(showRelay(context())));
  relay
    .command('test')
    .description('try to sign in')
    .action(() => run(testRelay(context())));
  relay
    .command('forget')
    .description('sign in at no relay any more')
    .action(() => run(forgetRelay(context())));

  program
    .command('status')
    .description('show how the gateway is')
    .action(() => run(showStatus(context())));
  program
    .command('online')
    .description('list the devices that can be called now')
    .option('--filter <text>', 'only those with this in their id or name')
    .option('--all', 'all of them, not only the first hundred')
    .action((options: { filter?: string; all?: boolean }) => run(listOnline(context(), options)));

  withPageOptions(program.command('send <files...>'))
    .description('send files as one fax')
    .requiredOption('--to <recipient>', 'tel:NUMBER, device id or contact, may be repeated', append)
    .option('--title <text>', 'what the fax is about')
    .option('--at <time>', 'not before: HH:MM today or tomorrow, or a date and time', (text) =>
      sendTime(text),
    )
    .option('--cheap-hours', 'over telephone lines only in the cheap hours of the settings')
    .addOption(
      choice('--priority <name>', ['low', 'normal', 'high'], 'before or after others (default: normal)'),
    )
    .option('--subaddress <digits>', 'for whom at the other fax machine (SUB)')
    .option('--password <digits>', 'password for the other fax machine (SID)')
    .option('--wait', 'wait until every recipient has confirmed (exit code 0), it failed (1) or is stuck (4)')
    .option('--timeout <seconds>', 'wait no longer than this', positiveNumber)
    .action((files: string[], options: SendOptions) => run(send(context(), files, options)));
  withPageOptions(program.command('preview <files...>'))
    .description('write the pages as they would be sent; the last file is written (.tif, .pdf or .png)')
    .usage('[options] <files...> <output>')
    .action((files: string[], options: PageChoices) => run(preview(context(), files, options)));

  addTelephoneCommands(program, { context, run, withListOptions, withPageOptions });

  withListOptions(program.command('inbox'))
    .description('list received faxes')
    .action((options: ListOptions) => run(listInbox(context(), options)));
  for (const [folder, description] of [
    ['outbox', 'list faxes on their way'],
    ['sent', 'list faxes that every recipient has confirmed'],
    ['failed', 'list faxes that were not, or not wholly, delivered'],
  ] as const) {
    withListOptions(program.command(folder))
      .description(description)
      .action((options: ListOptions) => run(listOutgoing(context(), folder, options)));
  }
  program
    .command('show <id>')
    .description('show one fax with its pages and attempts')
    .action((id: string) => run(show(context(), id)));
  program
    .command('export <id> <file>')
    .description('write a fax to a file (.pdf, .tif or .png)')
    .action((id: string, file: string) => run(exportDocument(context(), id, file)));
  program
    .command('cancel <id>')
    .description('stop sending a fax')
    .action((id: string) => run(cancel(context(), id)));
  program
    .command('retry <id>')
    .description('send a fax again to those who have not confirmed it, at once')
    .action((id: string) => run(retry(context(), id)));

  const contacts = program.command('contacts').description('names for device ids and telephone numbers');
  contacts
    .command('list')
    .description('list the contacts')
    .option('--search <text>', 'only those with this in their name or numbers')
    .action((options: { search?: string }) => run(listContacts(context(), options)));
  contacts
    .command('add <name>')
    .description('add a contact, or change the one of that name')
    .option('--device <id>', 'device id')
    .option('--telephone <number>', 'telephone number')
    .option('--note <text>', 'note')
    .action((name: string, options: NewContactOptions) => run(addContact(context(), name, options)));
  contacts
    .command('remove <name>')
    .description('remove a contact, by name or id')
    .action((name: string) => run(removeContact(context(), name)));

  const settings = program.command('settings').description('this office’s name, answering and retries');
  settings
    .command('show', { isDefault: true })
    .description('show all settings')
    .action(() => run(showSettings(context())));
  settings
    .command('set <name> <value>')
    .description('change one setting')
    .action((name: string, value: string) => run(setSetting(context(), name, value)));

  addLineCommands(program, context, run);
  addT4Commands(program, output, run);
  return program;
}

/** The command line of the coders. They are loaded only where they are needed. */
function addT4Commands(
  program: Command,
  output: () => Output,
  run: (command: Promise<ExitCode>) => Promise<void>,
): void {
  const t4 = program
    .command('t4')
    .description('raw fax pages (T.4, T.6) to pictures (PBM) and back; no gateway is needed');
  t4.command('decode <in> <out>')
    .description(
      'decode a raw fax page to a PBM picture (P4) and tell its rows, good and bad ones, in JSON. ' +
        'A damaged row becomes the last good one before it, so decoding and encoding again repairs a page; ' +
        'it ends well as long as rows came out. - is standard input or output',
    )
    .addOption(codingOption())
    .requiredOption('--width <pixels>', 'pixels per row: 1728 for A4, 2048 for B4, 2432 for A3', lineWidth)
    .addOption(fillOrderOption())
    .action((input: string, target: string, options: DecodeCommandOptions) =>
      run(import('./commands/t4.ts').then(({ decodeT4 }) => decodeT4(output(), input, target, options))),
    );
  t4.command('encode <in> <out>')
    .description('code a PBM picture (P4) as a raw fax page. - is standard input or output')
    .addOption(codingOption())
    .option('--k <rows>', 'MR: every so many rows one is coded by itself (default: 4)', positiveInteger)
    .option(
      '--min-scan-bits <bits>',
      'MH, MR: least bits of a row, reached with fill (MH: with EOLs)',
      scanBits,
    )
    .option('--eol', 'MH: EOLs and an end of page, as on the line; without, bare rows, as in TIFF and PDF')
    .addOption(fillOrderOption())
    .action((input: string, target: string, options: EncodeCommandOptions) =>
      run(import('./commands/t4.ts').then(({ encodeT4 }) => encodeT4(output(), input, target, options))),
    );
}

function codingOption(): Option {
  const codings = ['MH', 'MR', 'MMR'] satisfies Coding[];
  return new Option('--coding <coding>', 'mh (T.4, 1-D), mr (T.4, 2-D) or mmr (T.6)')
    .makeOptionMandatory()
    .argParser((text) => {
      const coding = codings.find((name) => name === text.toUpperCase());
      if (coding === undefined) throw new InvalidArgumentError('It is mh, mr or mmr.');
      return coding;
    });
}

function fillOrderOption(): Option {
  return choice('--fill-order <order>', ['lsb', 'msb'], 'which bit of a byte comes first').default('msb');
}

function withPageOptions(command: Command): Command {
  return command
    .addOption(choice('--resolution <name>', Object.keys(RESOLUTIONS), 'fineness (default: fine)'))
    .addOption(choice('--paper <size>', ['a4', 'letter'], 'paper (default: as in the settings)'))
    .addOption(
      choice('--mode <name>', ['text', 'auto', 'photo'], 'how gray becomes black and white (default: auto)'),
    )
    .addOption(
      choice('--placement <name>', ['fit', 'crop'], 'shrink to the paper or cut off (default: fit)'),
    );
}

function withListOptions(command: Command): Command {
  return command
    .option('--search <words>', 'only those with these words')
    .option('--limit <number>', 'the newest so many (default: 100, or 1000 in JSON)', positiveInteger)
    .option('--all', 'all there are');
}

function choice(flags: string, values: string[], description: string): Option {
  return new Option(flags, description).choices(values);
}

function append(value: string, values: string[] | undefined): string[] {
  return [...(values ?? []), value];
}

function positiveNumber(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('It is a number above 0.');
}

function positiveInteger(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('It is a whole number above 0.');
}

function lineWidth(text: string): number {
  return wholeNumber(text, 1, WIDEST_LINE);
}

function scanBits(text: string): number {
  return wholeNumber(text, 0, 65_536);
}

function wholeNumber(text: string, smallest: number, largest: number): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value >= smallest && value <= largest) return value;
  throw new InvalidArgumentError(`It is a whole number from ${smallest} to ${largest}.`);
}
