// The commands of `hikyaku line`, with their options and help.

import { Argument, InvalidArgumentError, Option, type Command } from 'commander';
import { RETRY_CAUSES, type RetryCause } from '../../protocol/api/lines.ts';
import type { CommandContext } from './commandContext.ts';
import type { ExitCode } from './commandError.ts';
import {
  addLine,
  answerLine,
  changeLine,
  hangUpLine,
  listLines,
  removeLine,
  scanLines,
  testLine,
  type LineOptions,
} from './commands/line.ts';
import { retryRules, telephoneSettings, type TelephoneOptions } from './commands/telephone.ts';

export function addLineCommands(
  program: Command,
  context: () => CommandContext,
  run: (command: Promise<ExitCode>) => Promise<void>,
): void {
  const line = program.command('line').description('telephone lines: fax modems on serial ports');
  line
    .command('scan [paths...]')
    .description('look for modems on the serial ports, and on the paths named')
    .action((paths: string[]) => run(scanLines(context(), paths)));
  withLineOptions(line.command('add'))
    .description('add a line; waits until its modem was found, or why not is known')
    .requiredOption('--device <path>', 'serial port: /dev/ttyACM0, /dev/serial/by-id/…, COM3')
    .action((options: LineOptions) => run(addLine(context(), options)));
  line
    .command('list')
    .description('list the lines and how they are')
    .action(() => run(listLines(context())));
  line
    .command('test <line>')
    .description('test a line, by id, name or port: does its modem answer, is there a dial tone')
    .option('--call <number>', 'also call this number, and send nothing when a fax machine answers')
    .option('--dialogue', 'show what was asked and answered')
    .action((name: string, options: { call?: string; dialogue?: boolean }) =>
      run(testLine(context(), name, options)),
    );
  withLineOptions(line.command('change <line>'))
    .description('change a line; a call that is up goes on as it was')
    .option('--device <path>', 'another serial port')
    .option('--on', 'switch the line on')
    .action((name: string, options: LineOptions) => run(changeLine(context(), name, options)));
  line
    .command('remove <line>')
    .description('remove a line and release its port')
    .action((name: string) => run(removeLine(context(), name)));
  line
    .command('answer <line>')
    .description('answer a line that rings, or take over a call that a person has begun')
    .action((name: string) => run(answerLine(context(), name)));
  line
    .command('hangup <line>')
    .description('end the call on a line')
    .action((name: string) => run(hangUpLine(context(), name)));
  line
    .command('retry')
    .addArgument(new Argument('[cause]', 'why the last attempt failed').choices(RETRY_CAUSES))
    .description('show how often and how soon numbers are tried again, or change it for one cause')
    .option('--delay <seconds>', 'from one attempt to the next', wholeNumber(5, 86_400))
    .option('--tries <number>', 'attempts that fail so in a row before it is given up', wholeNumber(1, 100))
    .action((cause: RetryCause | undefined, options: { delay?: number; tries?: number }) =>
      run(retryRules(context(), cause, options)),
    );
  line
    .command('settings')
    .description('show how telephone numbers are dialled and answered, and change what is given')
    .option('--country <code>', 'country of the lines: jp, us, gb …, or none')
    .addOption(
      choice(
        '--guard <what>',
        ['off', 'note', 'hangUp'],
        'when another identity answers than before: nothing, note it, or hang up before page 1',
      ),
    )
    .option('--cheap-hours <times>', 'when faxes marked for cheap hours go out: 22:00-06:00')
    .option('--copy-quality <measure>', 'least percent of good rows / longest run of bad ones: 95/5')
    .option('--receive-password <digits>', 'callers must give it; "" for none')
    .option('--answer-within <seconds>', 'how long a number may ring', wholeNumber(20, 180))
    .option('--rule <rule>', 'PREFIX=LINE,POOL …: lines for numbers that begin so; may be repeated', append)
    .option('--no-rules', 'every line for every number')
    .action((options: TelephoneOptions) => run(telephoneSettings(context(), options)));
}

function withLineOptions(command: Command): Command {
  return command
    .option('--name <name>', 'what the line is called')
    .addOption(choice('--kind <kind>', ['telephone', 'machine'], 'what the modem is wired to'))
    .addOption(choice('--class <class>', ['auto', '1', '1.0', '2', '2.0', '2.1'], 'how the modem is driven'))
    .option('--local-id <number>', 'number told to other machines (default: the office’s fax number)')
    .addOption(choice('--direction <way>', ['both', 'send', 'receive'], 'what the line is for'))
    .option('--answer-after <rings>', 'rings until it answers; 0: by hand only', wholeNumber(0, 20))
    .option('--cadence <name>', 'answer only this distinctive ring; may be repeated', append)
    .option('--prefix <digits>', 'dialled before every number, such as "0,"')
    .option('--pool <name>', 'lines of one pool share the work')
    .option('--profile <name>', 'modem profile, or auto')
    .addOption(choice('--flow <kind>', ['auto', 'hardware', 'software', 'none'], 'flow control'))
    .option('--baud <rate>', 'bits per second of the serial port, or auto', baudRate)
    .option('--tone', 'dial by tones')
    .option('--pulse', 'dial by pulses')
    .option('--blind-dial', 'dial without waiting for a dial tone')
    .option('--no-blind-dial', 'wait for a dial tone')
    .option('--init <command>', 'further AT command for the modem; may be repeated', append)
    .option('--off', 'switch the line off');
}

function choice(flags: string, values: string[], description: string): Option {
  return new Option(flags, description).choices(values);
}

function append(value: string, values: string[] | undefined): string[] {
  return [...(values ?? []), value];
}

function baudRate(text: string): number | 'auto' {
  return text === 'auto' ? text : wholeNumber(300, 921_600)(text);
}

function wholeNumber(smallest: number, largest: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= smallest && value <= largest) return value;
    throw new InvalidArgumentError(`It is a whole number from ${smallest} to ${largest}.`);
  };
}
