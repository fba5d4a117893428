// `status`: how the running relay is.

import type { Command } from 'commander';
import { askStatus, type AdminStatus } from '../admin/adminClient.ts';
import { answer, dataFolderOf, withCommonOptions, type CommonOptions } from './output.ts';

export function addStatusCommand(program: Command): void {
  withCommonOptions(program.command('status'))
    .description('ask the running relay how it is')
    .action(async (options: CommonOptions) => {
      const status = await askStatus(dataFolderOf(options));
      answer(options, textOf(status), status);
    });
}

function textOf(status: AdminStatus): string {
  return [
    `${status.name} at ${status.url}, process ${status.pid}, up ${durationOf(status.uptimeSeconds)}`,
    `Devices online: ${status.devicesOnline}`,
    `Connections: ${status.connections} (${status.unauthenticatedConnections} not logged in)`,
    `Calls: ${status.calls}, ${(status.forwardedBytes / 1e6).toFixed(1)} MB carried`,
    `Memory: ${(status.memory.rssBytes / 2 ** 20).toFixed(0)} MiB`,
  ].join('\n');
}

function durationOf(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const clock = new Date(1000 * (seconds % 86_400)).toISOString().slice(11, 19);
  return days === 0 ? clock : `${days} d ${clock}`;
}
