// `hikyaku call …`, `hikyaku remote …`: telephone calls with their story, and what is known of the machines called.

import type { CallRecord, RemoteEdit, RemoteProfile } from '../../../protocol/api/lines.ts';
import { apiErrorOf } from '../../../protocol/api/carrier.ts';
import type { JournalLine } from '../../../protocol/modem.ts';
import type { CommandContext } from '../commandContext.ts';
import { CommandError, EXIT, usageError } from '../commandError.ts';
import type { ExitCode } from '../commandError.ts';
import { collect, type ListOptions } from '../listing.ts';
import { fields, shortTime, table } from '../output.ts';

export async function listCalls(context: CommandContext, options: ListOptions): Promise<ExitCode> {
  return await context.withGateway(async ({ gateway, output }) => {
    const calls = await collect(context, options, (request) => gateway.api.calls.list.query(request));
    output.result(calls, callTable(calls));
  });
}

/** `id` is a call's, or that of a fax: then its newest call. */
export async function showJournal(context: CommandContext, id: string): Promise<ExitCode> {
  return await context.withGateway(async ({ gateway, output }) => {
    const callId = await callOf(gateway, id);
    const call = await found(() => gateway.api.calls.get.query({ callId }));
    if (call === undefined) throw notFound(`There is no call and no fax “${id}”.`);
    const journal = await gateway.api.calls.journal.query({ callId });
    output.result({ ...call, journal }, `${callText(call)}\n\n${journalText(journal)}`);
  });
}

export async function hangUp(context: CommandContext, callId: string): Promise<ExitCode> {
  return await context.withGateway(async ({ gateway, output }) => {
    await gateway.api.calls.hangUp.mutate({ callId });
    output.result({ callId, hungUp: true }, '');
  });
}

export async function listRemotes(context: CommandContext, options: ListOptions): Promise<ExitCode> {
  return await context.withGateway(async ({ gateway, output }) => {
    const remotes = await collect(context, options, (request) => gateway.api.remotes.list.query(request));
    output.result(remotes, remoteTable(remotes));
  });
}

export async function showRemote(context: CommandContext, number: string): Promise<ExitCode> {
  return await context.withGateway(async ({ gateway, output }) => {
    const remote = await gateway.api.remotes.get.query({ number });
    output.result(remote, remoteText(remote));
  });
}

export interface RemoteOptions {
  maxRate?: number | 'none';
  ecm?: boolean;
  avoid?: RemoteProfile['avoidModulations'];
  identity?: string;
  learn?: boolean;
}

export async function changeRemote(
  context: CommandContext,
  number: string,
  options: RemoteOptions,
): Promise<ExitCode> {
  const change: RemoteEdit = {
    ...(options.maxRate === undefined
      ? {}
      : { maxRateBps: options.maxRate === 'none' ? null : options.maxRate }),
    ...(options.ecm === undefined ? {} : { avoidEcm: !options.ecm }),
    ...(options.avoid === undefined ? {} : { avoidModulations: options.avoid }),
    ...(options.identity === undefined ? {} : { identity: options.identity }),
    ...(options.learn === true ? { fixed: false } : {}),
  };
  if (Object.keys(change).length === 0) throw usageError('Say what to change; --help lists it.');
  return await context.withGateway(async ({ gateway, output }) => {
    const remote = await gateway.api.remotes.change.mutate({ number, change });
    output.result(remote, remoteText(remote));
  });
}

export async function resetRemote(context: CommandContext, number: string): Promise<ExitCode> {
  return await context.withGateway(async ({ gateway, output }) => {
    await gateway.api.remotes.reset.mutate({ number });
    output.result({ number, forgotten: true }, '');
  });
}

type Gateway = Parameters<Parameters<CommandContext['withGateway']>[0]>[0]['gateway'];

async function callOf(gateway: Gateway, id: string): Promise<string> {
  const received = await found(() => gateway.api.inbox.get.query({ documentId: id }));
  if (received?.call !== undefined) return received.call.callId;
  const sent = await found(() => gateway.api.outgoing.attempts.query({ documentId: id }));
  const last = sent?.findLast(({ call }) => call !== undefined)?.call?.callId;
  if (last !== undefined) return last;
  if (received !== undefined) throw notFound('This fax did not come over a telephone line.');
  if (sent !== undefined) throw notFound('No telephone call was made for this fax yet.');
  return id;
}

function notFound(message: string): CommandError {
  return new CommandError(EXIT.failed, 'NOT_FOUND', message);
}

/** `undefined` where there is nothing under this id. */
async function found<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    // An id that cannot be one stands for nothing, too.
    const code = apiErrorOf(error)?.code;
    if (code === 'NOT_FOUND' || code === 'INVALID_INPUT') return undefined;
    throw error;
  }
}

function callTable(calls: CallRecord[]): string {
  const rows = calls.map((call) => [
    call.id,
    call.direction === 'outgoing' ? 'to' : 'from',
    call.number === '' ? (call.report?.remoteId ?? '') : call.number,
    call.lineName,
    shortTime(call.startedAt),
    call.report === undefined ? '' : seconds(call.report.connectedMs),
    call.report?.outcome.code ?? call.progress?.phase ?? 'under way',
  ]);
  return table(
    ['ID', '', 'NUMBER', 'LINE', 'STARTED', 'SECONDS', 'OUTCOME'],
    rows,
    'There were no calls yet.',
  );
}

function callText(call: CallRecord): string {
  const { report } = call;
  return fields([
    [
      'Call',
      `${call.direction === 'outgoing' ? 'to' : 'from'} ${call.number === '' ? 'an unknown number' : call.number}`,
    ],
    ['Line', call.lineName],
    ['Started', shortTime(call.startedAt)],
    ['Seconds', report === undefined ? undefined : seconds(report.connectedMs)],
    ['Remote', report?.remoteId],
    ['How', report?.rateBps === undefined ? undefined : howText(report)],
    ['Pages sent', report === undefined ? undefined : String(report.pagesSent)],
    ['Pages received', report === undefined ? undefined : String(report.pagesReceived)],
    ['Outcome', report === undefined ? 'under way' : `${report.outcome.code}: ${call.text ?? ''}`],
    ['Detail', report?.outcome.detail],
  ]);
}

function howText({ rateBps, modulation, coding, ecm }: NonNullable<CallRecord['report']>): string {
  const correction = ecm === true ? 'with error correction' : 'without error correction';
  return `${rateBps ?? 0} bit/s ${modulation ?? ''}, ${coding ?? ''}, ${correction}`;
}

function journalText(journal: JournalLine[]): string {
  return journal.map(({ atMs, text }) => `${seconds(atMs).padStart(7)}  ${text}`).join('\n');
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1);
}

function remoteTable(remotes: RemoteProfile[]): string {
  const rows = remotes.map((remote) => [
    remote.number,
    remote.identity ?? '',
    `${remote.callsConfirmed} of ${remote.callsConfirmed + remote.callsFailed}`,
    remote.lastCallAt === undefined ? '' : shortTime(remote.lastCallAt),
    avoidedText(remote),
  ]);
  return table(
    ['NUMBER', 'IDENTITY', 'CONFIRMED', 'LAST CALL', 'AVOIDED'],
    rows,
    'No number was called yet.',
  );
}

function remoteText(remote: RemoteProfile): string {
  return fields([
    ['Number', remote.number],
    ['Identity', remote.identity],
    ['Maker', remote.maker],
    ['Can do', remote.abilities?.text],
    ['Avoided', avoidedText(remote)],
    ['Set by hand', remote.fixed ? 'yes' : undefined],
    ['Confirmed calls', String(remote.callsConfirmed)],
    ['Failed calls', String(remote.callsFailed)],
    ['Last call', remote.lastCallAt === undefined ? undefined : shortTime(remote.lastCallAt)],
  ]);
}

function avoidedText(remote: RemoteProfile): string {
  const rate = remote.maxRateBps === undefined ? [] : [`above ${remote.maxRateBps} bit/s`];
  const ecm = remote.avoidEcm ? ['error correction'] : [];
  return [...remote.avoidModulations, ...remote.avoidCodings, ...ecm, ...rate].join(', ');
}
