// `hikyaku relay …`: which relay this gateway signs in at.

import { readFile } from 'node:fs/promises';
import { outcomeText } from '../../../protocol/outcomeTexts.ts';
import { newRelayAccountSchema } from '../../../protocol/api/types.ts';
import type { GatewayStatus, RelayAccount, RelayStatus } from '../../../protocol/api/types.ts';
import type { CommandContext } from '../commandContext.ts';
import { CommandError, EXIT, usageError } from '../commandError.ts';
import type { ExitCode } from '../commandError.ts';
import type { GatewayClient } from '../gatewayClient.ts';
import { fields } from '../output.ts';
import { readPassword } from '../password.ts';
import { relayText } from './status.ts';

/** How long `relay set` looks whether the sign-in works; it is kept either way. */
const LOOK_MS = 5_000;

export interface RelaySetOptions {
  device: string;
  passwordStdin?: boolean;
  keepPassword?: boolean;
  ca?: string;
  proxy?: string;
}

export async function setRelay(
  context: CommandContext,
  url: string,
  options: RelaySetOptions,
): Promise<ExitCode> {
  const { output } = context;
  const ca = options.ca === undefined ? undefined : await readCertificates(options.ca);
  const password =
    options.keepPassword === true
      ? undefined
      : await readPassword(options.passwordStdin === true, `Password of ${options.device}: `);
  const account = newRelayAccountSchema.safeParse({
    url,
    deviceId: options.device,
    password,
    ca,
    proxy: options.proxy,
  });
  if (!account.success) {
    const [issue] = account.error.issues;
    throw usageError(`${accountFieldName(issue?.path[0])}: ${issue?.message ?? 'not valid'}`);
  }
  if (isUnprotected(account.data.url)) {
    output.warn(
      'Warning: ws:// is not encrypted. Anybody on the way can read the faxes and the password; use wss:// where the relay offers it.',
    );
  }
  return await context.withGateway(async ({ gateway }) => {
    const kept = await gateway.api.settings.setRelay.mutate(account.data);
    const status = await lookAtRelay(gateway, kept);
    output.result({ account: kept, status }, relayText(status));
  });
}

export async function showRelay(context: CommandContext): Promise<ExitCode> {
  return await context.withGateway(async ({ gateway, output }) => {
    const account = await gateway.api.settings.relay.query();
    const { relay } = await gateway.api.status.query();
    const certificates = account?.ca === undefined ? undefined : 'own certificates, beside the system’s';
    output.result(
      { account, status: relay },
      fields([
        ['Relay', account?.url ?? 'none set up'],
        ['Device', account?.deviceId],
        ['Trusts', certificates],
        ['Proxy', account?.proxy],
        ['State', relayText(relay)],
      ]),
    );
  });
}

export async function testRelay(context: CommandContext): Promise<ExitCode> {
  return await context.withGateway(async ({ gateway, output }) => {
    const account = await gateway.api.settings.relay.query();
    if (account === null) {
      throw new CommandError(
        EXIT.failed,
        'RELAY_NOT_CONFIGURED',
        'No relay is set up. Use: hikyaku relay set URL --device ID',
      );
    }
    const result = await gateway.api.settings.testRelay.mutate(account);
    if (result !== 'online') throw new CommandError(EXIT.failed, result.code, outcomeText(result.code));
    output.result({ result }, `The relay ${account.url} lets ${account.deviceId} in.`);
  });
}

export async function forgetRelay(context: CommandContext): Promise<ExitCode> {
  return await context.withGateway(async ({ gateway, output }) => {
    await gateway.api.settings.forgetRelay.mutate();
    output.result({ account: null }, 'No relay is set up any more.');
  });
}

/** The relay's state once the attempt with this account has had an answer, or after five seconds. */
async function lookAtRelay(gateway: GatewayClient, account: RelayAccount): Promise<RelayStatus> {
  const settled = Promise.withResolvers<RelayStatus>();
  const look = ({ relay }: GatewayStatus): void => {
    const isThis = relay.url === account.url && relay.deviceId === account.deviceId;
    if (isThis && (relay.state === 'online' || relay.outcome !== undefined)) settled.resolve(relay);
  };
  const subscription = gateway.api.events.subscribe(undefined, {
    onData: (event) => {
      if (event.type === 'status') look(event.status);
    },
  });
  const timer = setTimeout(() => {
    void gateway.api.status.query().then(({ relay }) => settled.resolve(relay), settled.reject);
  }, LOOK_MS);
  try {
    return await settled.promise;
  } finally {
    clearTimeout(timer);
    subscription.unsubscribe();
  }
}

async function readCertificates(file: string): Promise<string> {
  const text = await readFile(file, 'utf8');
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    throw new CommandError(EXIT.failed, 'INVALID_INPUT', `There is no certificate (PEM) in ${file}.`);
  }
  return text;
}

function isUnprotected(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return (
    protocol === 'ws:' && hostname !== 'localhost' && hostname !== '[::1]' && !hostname.startsWith('127.')
  );
}

function accountFieldName(name: PropertyKey | undefined): string {
  if (name === 'url') return 'The relay’s address';
  if (name === 'deviceId') return 'The device id';
  if (name === 'proxy') return 'The proxy’s address';
  return `The ${String(name)}`;
}
