// `hikyaku status` and `hikyaku online`: how the gateway is, and whom it could call.

import { outcomeText } from '../../../protocol/outcomeTexts.ts';
import type { GatewayStatus, LiveCall, OnlineDevice, RelayStatus } from '../../../protocol/api/types.ts';
import type { CommandContext } from '../commandContext.ts';
import type { ExitCode } from '../commandError.ts';
import { counted, fields, shortTime, table } from '../output.ts';

export async function showStatus(context: CommandContext): Promise<ExitCode> {
  return await context.withGateway(async ({ gateway, output }) => {
    const status = await gateway.api.status.query();
    output.result(status, statusText(status, gateway.endpoint().origin));
  });
}

export async function listOnline(
  context: CommandContext,
  options: { filter?: string; all?: boolean },
): Promise<ExitCode> {
  return await context.withGateway(async ({ gateway, output }) => {
    const filter = options.filter === undefined ? {} : { filter: options.filter };
    const devices: OnlineDevice[] = [];
    let more: boolean;
    do {
      const last = devices.at(-1)?.deviceId;
      const answer = await gateway.api.online.query({
        ...filter,
        ...(last === undefined ? {} : { after: last }),
      });
      devices.push(...answer.devices);
      more = answer.more && answer.devices.length > 0;
    } while (more && (options.all === true || output.json));
    const rows = devices.map((device) => [
      device.deviceId,
      device.contactName ?? device.displayName ?? '',
      device.busy ? 'busy' : '',
    ]);
    output.result(devices, table(['DEVICE', 'NAME', ''], rows, 'Nobody is online.'));
    if (more) output.warn('There are more. Use --all, or --filter TEXT.');
  });
}

/** The relay's state in one line. */
export function relayText(relay: RelayStatus): string {
  if (relay.state === 'notConfigured') return outcomeText('RELAY_NOT_CONFIGURED');
  const protection = relay.encrypted || relay.embedded ? '' : ', not encrypted';
  const place = relay.embedded ? 'the built-in relay' : (relay.url ?? 'the relay');
  const name = (relay.deviceId === undefined ? '' : ` as ${relay.deviceId}`) + protection;
  if (relay.state === 'online') return `Online at ${place}${name}`;
  const reason = relay.outcome === undefined ? '' : `. ${outcomeText(relay.outcome.code)}`;
  return `${relay.state === 'connecting' ? 'Connecting to' : 'Not connected to'} ${place}${name}${reason}`;
}

function statusText(status: GatewayStatus, origin: string): string {
  const { counts, diskFreeBytes } = status;
  const [firstCall, ...otherCalls] = status.calls.map(callText);
  return fields([
    ['Hikyaku', `${status.version}, ${status.displayName}`],
    ['Window', `${origin}/`],
    ['Relay', relayText(status.relay)],
    ['Calls', firstCall ?? 'none'],
    ...otherCalls.map((call): [string, string] => ['', call]),
    ...status.lines.map(({ name, text }, index): [string, string] => [
      index === 0 ? 'Lines' : '',
      `${name}: ${text}`,
    ]),
    ['Inbox', `${counts.inboxUnread} unread`],
    ['Outbox', `${counts.outboxActive} to be sent, ${counts.failed} not delivered`],
    ['Disk', diskFreeBytes === undefined ? undefined : `${(diskFreeBytes / 1e9).toFixed(1)} GB free`],
    ['Since', shortTime(status.startedAt)],
  ]);
}

function callText(call: LiveCall): string {
  const total = call.pagesTotal === undefined ? '' : ` of ${call.pagesTotal}`;
  const direction = call.direction === 'outgoing' ? 'Sending to' : 'Receiving from';
  const unit =
    call.pagesTotal === undefined ? counted(call.pagesDone, 'page') : `${call.pagesDone}${total} pages`;
  return `${direction} ${call.peerName ?? call.peer}: ${unit} done`;
}
