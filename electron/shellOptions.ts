// What the shell was started with: `--data DIR` or HIKYAKU_DATA, as the command line knows them.

import { findDataFolder } from '../gateway/dataFolder.ts';
import type { GatewayHostOptions } from '../gateway/starter/hostStarter.ts';

/** Reads the command line; unknown arguments are Chromium's own and are left alone. */
export function shellOptions(commandLine: readonly string[]): GatewayHostOptions {
  return {
    dataFolder: findDataFolder(valueOf('--data', commandLine)),
    listen: '127.0.0.1:0',
    embeddedRelay: !commandLine.includes('--no-embedded-relay'),
  };
}

function valueOf(name: string, commandLine: readonly string[]): string | undefined {
  const at = commandLine.indexOf(name);
  if (at >= 0) return commandLine[at + 1];
  return commandLine.find((argument) => argument.startsWith(`${name}=`))?.slice(name.length + 1);
}
