// How the command line answers: text for people, JSON for programs, errors as one sentence with a code.

import { CommanderError, type Command } from 'commander';
import { RelayError } from '../relayError.ts';

export interface CommonOptions {
  data?: string;
  json?: boolean;
}

/** `--data` and `--json`, which every command has. */
export function withCommonOptions(command: Command): Command {
  return command
    .option('--data <dir>', 'the data folder of the relay (else HIKYAKU_RELAY_DATA, then HIKYAKU_DATA)')
    .option('--json', 'answer in JSON');
}

/** Throws RelayError `noDataFolder` when nothing names it. */
export function dataFolderOf(options: CommonOptions): string {
  const folder = [options.data, process.env['HIKYAKU_RELAY_DATA'], process.env['HIKYAKU_DATA']].find(
    (one) => one !== undefined && one !== '',
  );
  if (folder === undefined) {
    throw new RelayError(
      'noDataFolder',
      'Say where the relay keeps its data: with --data DIR or in HIKYAKU_RELAY_DATA.',
    );
  }
  return folder;
}

export function answer(options: CommonOptions, text: string, json: unknown): void {
  process.stdout.write(`${options.json === true ? JSON.stringify(json) : text}\n`);
}

/** One sentence on standard error; with `--json` also `{"error":{"code","message"}}` on standard output. Exit code 1, or 2 for wrong usage. */
export function reportError(error: unknown, isJson: boolean): void {
  const isUsage = error instanceof CommanderError;
  const code = isUsage ? 'badArgument' : error instanceof RelayError ? error.code : 'internalError';
  const raw = error instanceof Error ? error.message : String(error);
  const message = isUsage ? sentence(raw.replace(/^error: /, '')) : raw;
  if (isJson) process.stdout.write(`${JSON.stringify({ error: { code, message } })}\n`);
  process.stderr.write(`${message.replaceAll(/\s*\n\s*/g, ' ')}\n`);
  process.exitCode = isUsage ? 2 : 1;
}

function sentence(text: string): string {
  const trimmed = text.trim();
  const capital = `${trimmed.charAt(0).toUpperCase()}${trimmed.slice(1)}`;
  return /[.)?!]$/.test(capital) ? capital : `${capital}.`;
}
