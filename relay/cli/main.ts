// The command line of the relay: `hikyaku-relay serve | device … | status`.

import { Command, CommanderError } from 'commander';
import { addDeviceCommands } from './deviceCommands.ts';
import { reportError } from './output.ts';
import { addServeCommand } from './serveCommand.ts';
import { addStatusCommand } from './statusCommand.ts';

const isJson = process.argv.includes('--json');

const program = new Command('hikyaku-relay')
  .description('The internet relay of Hikyaku: joins fax gateways that can only connect outward.')
  .configureOutput({ writeErr: () => {} })
  .exitOverride()
  .showSuggestionAfterError(true);
addServeCommand(program);
addDeviceCommands(program);
addStatusCommand(program);

try {
  await program.parseAsync();
} catch (error) {
  const isHelp = error instanceof CommanderError && error.exitCode === 0;
  if (error instanceof CommanderError && error.code === 'commander.help') {
    // Called without a command: what there is to call, on standard error.
    process.stderr.write(program.helpInformation());
    process.exitCode = 2;
  } else if (!isHelp) {
    reportError(error, isJson);
  }
}
