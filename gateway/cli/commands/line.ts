// `hikyaku line …`: telephone lines, their modems, and what is to be found on the serial ports.

import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { lineChangeSchema } from '../../../protocol/api/lines.ts';
import type {
  FoundPort,
  Line,
  LineChange,
  LineSetup,
  LineTestReport,
  NewLine,
} from '../../../protocol/api/lines.ts';
import { telephoneDestination } from '../../../protocol/destination.ts';
import { faultWords } from '../../../protocol/api/inputFault.ts';
import type { CommandContext } from '../commandContext.ts';
import { CommandError, EXIT, usageError } from '../commandError.ts';
import type { ExitCode } from '../commandError.ts';
import type { GatewayClient } from '../gatewayClient.ts';
import { counted, fields, table } from '../output.ts';
import { warnWithoutCountry } from '../recipients.ts';

/** What can be said of a line on the command line. */
export interface LineOptions {
  device?: string;
  kind?: LineSetup['kind'];
  class?: LineSetup['faxClass'];
  localId?: string;
  name?: string;
  profile?: string;
  answerAfter?: number;
  cadence?: string[];
  direction?: LineSetup['direction'];
  prefix?: string;
  pool?: string;
  flow?: LineSetup['flowControl'];
  baud?: number | 'auto';
  tone?: boolean;
  pulse?: boolean;
  blindDial?: boolean;
  init?: string[];
  on?: boolean;
  off?: boolean;
}

export async function scanLines(context: CommandContext, paths: string[]): Promise<ExitCode> {
  const ports = paths.map(portGiven);
  return await context.withGateway(async ({ gateway, output }) => {
    output.progress('Looking at the serial ports …');
    const found = await gateway.api.lines.scan.mutate({ paths: ports });
    const lines = await gateway.api.lines.list.query();
    output.result(found, scanTable(found, lines));
  });
}

/** Waits until the modem was found, or why not is known; the line is kept either way. */
export async function addLine(context: CommandContext, options: LineOptions): Promise<ExitCode> {
  const setup = setupOf(options);
  return await context.withGateway(async ({ gateway, output }) => {
    const { path, baudRate, ...more } = setup;
    if (path === undefined) throw usageError(NO_PORT);
    output.progress('Looking for the modem …');
    const rate = typeof baudRate === 'number' ? { baudRate } : {};
    const line = await gateway.api.lines.add.mutate({ path, ...more, ...rate } satisfies NewLine);
    output.result(line, lineFields(line));
  });
}

export async function listLines(context: CommandContext): Promise<ExitCode> {
  return await context.withGateway(async ({ gateway, output }) => {
    const lines = await gateway.api.lines.list.query();
    output.result(lines, lineTable(lines));
  });
}

/** Ends with 1 when something is wrong with the line. */
export async function testLine(
  context: CommandContext,
  name: string,
  options: { call?: string; dialogue?: boolean },
): Promise<ExitCode> {
  return await context.withGateway(async (command) => {
    const { gateway, output } = command;
    const { id } = await findLine(gateway, name);
    if (options.call !== undefined) {
      await warnWithoutCountry(command, [telephoneDestination(options.call) ?? options.call]);
    }
    output.progress('Testing …');
    const number = options.call === undefined ? {} : { number: options.call };
    const report = await gateway.api.lines.test.mutate({ lineId: id, ...number });
    output.result(report, testText(report, options.dialogue === true));
    return report.passed ? EXIT.done : EXIT.failed;
  });
}

export async function changeLine(
  context: CommandContext,
  name: string,
  options: LineOptions,
): Promise<ExitCode> {
  const change = setupOf(options);
  if (Object.keys(change).length === 0) {
    throw new CommandError(EXIT.usage, 'USAGE', 'Say what is to be changed; --help lists it.');
  }
  return await context.withGateway(async ({ gateway, output }) => {
    const { id } = await findLine(gateway, name);
    output.progress('Looking for the modem …');
    const line = await gateway.api.lines.change.mutate({ lineId: id, change });
    output.result(line, lineFields(line));
  });
}

export async function removeLine(context: CommandContext, name: string): Promise<ExitCode> {
  return await context.withGateway(async ({ gateway, output }) => {
    const { id } = await findLine(gateway, name);
    await gateway.api.lines.remove.mutate({ lineId: id });
    output.result({ removed: id }, '');
  });
}

export async function answerLine(context: CommandContext, name: string): Promise<ExitCode> {
  return await context.withGateway(async ({ gateway, output }) => {
    const { id } = await findLine(gateway, name);
    await gateway.api.lines.answer.mutate({ lineId: id });
    const line = (await gateway.api.lines.list.query()).find((one) => one.id === id);
    output.result({ lineId: id, callId: line?.callId ?? null }, 'The line answers.');
  });
}

export async function hangUpLine(context: CommandContext, name: string): Promise<ExitCode> {
  return await context.withGateway(async ({ gateway, output }) => {
    const { id, callId } = await findLine(gateway, name);
    if (callId === undefined) {
      throw new CommandError(EXIT.failed, 'NOT_FOUND', 'There is no call on this line.');
    }
    await gateway.api.calls.hangUp.mutate({ callId });
    output.result({ lineId: id, callId }, 'The call is being ended.');
  });
}

/** By id, name or port. Throws CommandError NOT_FOUND, CONFLICT. */
async function findLine(gateway: GatewayClient, name: string): Promise<Line> {
  const lines = await gateway.api.lines.list.query();
  const byId = lines.find(({ id }) => id === name);
  if (byId !== undefined) return byId;
  const [first, second] = lines.filter((line) => line.name === name || line.path === devicePath(name));
  if (first === undefined) {
    throw new CommandError(EXIT.failed, 'NOT_FOUND', `There is no line “${name}”.`);
  }
  if (second === undefined) return first;
  throw new CommandError(
    EXIT.failed,
    'CONFLICT',
    `Several lines are called “${name}”. Use the id that “hikyaku line list” shows.`,
  );
}

const NO_PORT = 'Give the port, such as --device /dev/ttyACM0. hikyaku line scan shows what there is.';

/** An empty path would stand for the folder that the command is run in. Throws CommandError USAGE. */
function portGiven(text: string): string {
  if (text.trim() === '') throw usageError(NO_PORT);
  return devicePath(text.trim());
}

/** `ttyACM0` and paths from here are meant, too. */
function devicePath(text: string): string {
  if (process.platform === 'win32' || isAbsolute(text)) return text;
  const fromHere = resolve(text);
  return text.startsWith('tty') && !existsSync(fromHere) ? `/dev/${text}` : fromHere;
}

/** Throws CommandError USAGE, and INVALID_INPUT, naming the option. */
function setupOf(options: LineOptions): LineChange {
  const { device, pulse, tone, on, off } = options;
  if (on === true && off === true) throw usageError('A line is switched --on or --off, not both.');
  if (tone === true && pulse === true) throw usageError('A line dials with --tone or --pulse, not both.');
  const setup = {
    path: device === undefined ? undefined : portGiven(device),
    kind: options.kind,
    faxClass: options.class,
    // Separators that a fax number cannot carry become blanks.
    localId: options.localId?.replaceAll(/[-()./]+/gu, ' ').replaceAll(/ +/gu, ' '),
    name: options.name,
    profile: options.profile === 'auto' ? '' : options.profile,
    answerAfterRings: options.answerAfter,
    answerCadences: options.cadence,
    direction: options.direction,
    dialPrefix: options.prefix,
    pool: options.pool,
    flowControl: options.flow,
    baudRate: options.baud === 'auto' ? null : options.baud,
    toneDialling: pulse === true ? false : tone,
    blindDial: options.blindDial,
    extraInit: options.init,
    enabled: off === true ? false : on,
  };
  const given = Object.fromEntries(Object.entries(setup).filter(([, value]) => value !== undefined));
  const checked = lineChangeSchema.safeParse(given);
  if (checked.success) return checked.data;
  // What is wrong with an option in one sentence: the last that is said of it is the one that names what it takes.
  const sentences = new Map(
    checked.error.issues.map((issue) => {
      const field = String(issue.path[0]);
      return [field, `${OPTION_NAMES[field] ?? field}: ${faultWords(issue)}`];
    }),
  );
  throw new CommandError(EXIT.failed, 'INVALID_INPUT', [...sentences.values()].join(' '));
}

const OPTION_NAMES: Record<string, string> = {
  path: '--device',
  localId: '--local-id',
  name: '--name',
  profile: '--profile',
  answerAfterRings: '--answer-after',
  answerCadences: '--cadence',
  dialPrefix: '--prefix',
  pool: '--pool',
  baudRate: '--baud',
  extraInit: '--init',
};

function lineTable(lines: Line[]): string {
  const rows = lines.map(({ id, name, path, faxClass, modem, direction, text }) => [
    id,
    name,
    path,
    modem?.faxClass ?? faxClass,
    direction === 'both' ? 'both ways' : `${direction} only`,
    text,
  ]);
  const header = ['ID', 'NAME', 'PORT', 'CLASS', 'USE', 'STATE'];
  return table(header, rows, 'There are no lines. Use: hikyaku line scan, hikyaku line add --device PATH');
}

function lineFields(line: Line): string {
  const { modem } = line;
  return fields([
    ['Line', `${line.name} (${line.id})`],
    ['Port', line.path],
    ['State', line.text],
    ['Detail', line.detail],
    ['Modem', modem === undefined ? undefined : `${modem.maker} ${modem.model} ${modem.revision}`.trim()],
    ['Profile', modem?.profile],
    ['Classes', modem?.classes.join(', ')],
    ['Use', line.direction === 'both' ? 'sending and receiving' : `to ${line.direction} only`],
    ['Answers', line.answerAfterRings === 0 ? 'by hand' : `after ${counted(line.answerAfterRings, 'ring')}`],
    ['Pool', line.pool === '' ? undefined : line.pool],
  ]);
}

function scanTable(found: FoundPort[], lines: Line[]): string {
  const rows = found.map((port) => {
    const { path, modem, usbId, maker, lineId } = port;
    const name = modem === undefined ? (maker ?? '') : `${modem.maker} ${modem.model}`.trim();
    const lineName = lines.find(({ id }) => id === lineId)?.name ?? '';
    return [path, STATE_WORDS[port.state], name, modem?.classes.join(' ') ?? '', usbId ?? '', lineName];
  });
  const header = ['PORT', 'STATE', 'MODEM', 'CLASSES', 'USB', 'LINE'];
  return table(header, rows, 'There are no serial ports. Plug the modem in and try again.');
}

const STATE_WORDS: Record<FoundPort['state'], string> = {
  opening: 'looking',
  ready: 'fax modem',
  ringing: 'fax modem',
  inCall: 'fax modem',
  absent: 'not there',
  held: 'used by another program',
  denied: 'not allowed',
  silent: 'no answer',
  unfit: 'no fax modem',
  inUse: 'in use',
};

function testText(report: LineTestReport, withDialogue: boolean): string {
  return [report.text, ...(withDialogue ? ['', ...report.dialogue] : [])].join('\n');
}
