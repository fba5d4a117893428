// `hikyaku settings …`: what this office is called, how it answers, how long it tries.

import { settingsSchema } from '../../../protocol/api/types.ts';
import type { Settings } from '../../../protocol/api/types.ts';
import type { CommandContext } from '../commandContext.ts';
import { CommandError, EXIT, usageError } from '../commandError.ts';
import type { ExitCode } from '../commandError.ts';
import { fields } from '../output.ts';

export async function showSettings(context: CommandContext): Promise<ExitCode> {
  return await context.withGateway(async ({ gateway, output }) => {
    const settings = await gateway.api.settings.get.query();
    output.result(settings, settingsText(settings));
  });
}

export async function setSetting(context: CommandContext, name: string, text: string): Promise<ExitCode> {
  const change = parseSetting(name, text);
  return await context.withGateway(async ({ gateway, output }) => {
    const settings = await gateway.api.settings.change.mutate(change);
    output.result(settings, settingsText(settings));
  });
}

/** Reads a value as the setting of that name wants it. Throws CommandError with what it could be. */
export function parseSetting(name: string, text: string): Partial<Settings> {
  const names = Object.keys(settingsSchema.shape);
  if (!names.includes(name)) {
    throw usageError(`There is no setting “${name}”. There are: ${names.join(', ')}.`);
  }
  for (const value of readings(text)) {
    const parsed = settingsSchema.partial().safeParse({ [name]: value });
    if (parsed.success) return parsed.data;
  }
  throw new CommandError(
    EXIT.failed,
    'INVALID_INPUT',
    `“${text}” is no value for ${name}. ${HINTS[name] ?? ''}`,
  );
}

/** What a word on the command line can mean; the schema takes the one that fits. */
function readings(text: string): unknown[] {
  const readings: unknown[] = [];
  if (/^(true|on|yes)$/i.test(text)) readings.push(true);
  if (/^(false|off|no)$/i.test(text)) readings.push(false);
  if (/^\d{1,9}$/.test(text)) readings.push(Number(text));
  readings.push(text);
  readings.push(
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  );
  return readings;
}

const HINTS: Record<string, string> = {
  displayName: 'It has 1 to 60 characters.',
  faxNumber: 'It has at most 40 characters.',
  headerLine: 'Use on or off.',
  paper: 'Use a4 or letter.',
  accept: 'Use everyone, contacts or nobody.',
  blockedDevices: 'Use device ids with commas between them.',
  maxConnections: 'Use 2 to 64.',
  giveUpAfterHours: 'Use 1 to 240.',
};

function settingsText(settings: Settings): string {
  return fields(
    Object.entries(settings).map(([name, value]): [string, string] => {
      if (Array.isArray(value)) return [name, value.join(', ')];
      return [name, typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value)];
    }),
  );
}
