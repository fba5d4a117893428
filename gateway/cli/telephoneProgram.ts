// The commands of telephone calls: their options and their help.

import { InvalidArgumentError, type Command } from 'commander';
import { modulationSchema } from '../../protocol/modem.ts';
import type { CommandContext } from './commandContext.ts';
import type { ExitCode } from './commandError.ts';
import {
  changeRemote,
  hangUp,
  listCalls,
  listRemotes,
  resetRemote,
  showJournal,
  showRemote,
  type RemoteOptions,
} from './commands/calls.ts';
import {
  fetchByPolling,
  listOffers,
  offer,
  withdrawOffer,
  type OfferOptions,
  type PollKeys,
} from './commands/polling.ts';
import type { ListOptions } from './listing.ts';

/** What the whole program's options are made with. */
export interface ProgramParts {
  context: () => CommandContext;
  run: (command: Promise<ExitCode>) => Promise<void>;
  withListOptions: (command: Command) => Command;
  withPageOptions: (command: Command) => Command;
}

export function addTelephoneCommands(program: Command, parts: ProgramParts): void {
  const { context, run, withListOptions, withPageOptions } = parts;

  const call = program.command('call').description('telephone calls');
  withListOptions(call.command('list'))
    .description('list calls, newest first')
    .action((options: ListOptions) => run(listCalls(context(), options)));
  call
    .command('journal <id>')
    .description('tell the story of a call, by its id or that of a fax')
    .action((id: string) => run(showJournal(context(), id)));
  call
    .command('hangup <id>')
    .description('end a call')
    .action((id: string) => run(hangUp(context(), id)));

  const remote = program
    .command('remote')
    .description('what is known of the fax machines at telephone numbers');
  withListOptions(remote.command('list'))
    .description('list them, the one called last first')
    .action((options: ListOptions) => run(listRemotes(context(), options)));
  remote
    .command('show <number>')
    .description('show what is known of one')
    .action((number: string) => run(showRemote(context(), number)));
  remote
    .command('set <number>')
    .description('say how to go about it; nothing is learned over that')
    .option('--max-rate <bit/s>', 'send no faster; none for no limit', rate)
    .option('--no-ecm', 'without error correction')
    .option('--avoid <modulations>', 'such as V.17, with commas between them; - for none', modulations)
    .option('--identity <text>', 'what its machine calls itself, for the wrong-number guard')
    .option('--learn', 'learn from its calls again, and forget what was set by hand')
    .action((number: string, options: RemoteOptions, command: Command) =>
      // commander takes --no-ecm for an option that is on by default; only what was written counts.
      run(
        changeRemote(
          context(),
          number,
          command.getOptionValueSource('ecm') === 'cli' ? options : withoutEcm(options),
        ),
      ),
    );
  remote
    .command('reset <number>')
    .description('forget what was learned')
    .action((number: string) => run(resetRemote(context(), number)));

  const poll = program.command('poll').description('fetch documents, and keep documents to be fetched');
  withPollKeys(poll.command('fetch <number>'))
    .description('call a machine and fetch the document that it keeps')
    .option('--wait', 'wait until it stands in the inbox (exit code 0) or the call failed (1)')
    .action((number: string, options: PollKeys & { wait?: boolean }) =>
      run(fetchByPolling(context(), number, options)),
    );
  withPageOptions(withPollKeys(poll.command('offer <files...>')))
    .description('keep files to be fetched by whoever polls this office')
    .option('--keep', 'keep them after they were fetched once')
    .action((files: string[], options: OfferOptions) => run(offer(context(), files, options)));
  poll
    .command('list')
    .description('list what is kept to be fetched')
    .action(() => run(listOffers(context())));
  poll
    .command('withdraw <id>')
    .description('keep it no longer')
    .action((id: string) => run(withdrawOffer(context(), id)));
}

function withPollKeys(command: Command): Command {
  return command
    .option('--address <digits>', 'which document (SEP)')
    .option('--password <digits>', 'with this password (PWD)');
}

function withoutEcm({ ecm: _ecm, ...options }: RemoteOptions): RemoteOptions {
  return options;
}

function rate(text: string): number | 'none' {
  if (text === 'none') return text;
  const value = Number(text);
  if ([2_400, 4_800, 7_200, 9_600, 12_000, 14_400].includes(value)) return value;
  throw new InvalidArgumentError('It is 2400, 4800, 7200, 9600, 12000, 14400 or none.');
}

function modulations(text: string): RemoteOptions['avoid'] {
  if (text === '-') return [];
  const checked = modulationSchema.array().safeParse(text.split(',').map((name) => name.trim()));
  if (checked.success) return checked.data;
  throw new InvalidArgumentError(`It is a list of ${modulationSchema.options.join(', ')}.`);
}
