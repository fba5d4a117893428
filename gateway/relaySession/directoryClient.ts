// Directory requests under way: each has its id, its connection and its time limit.

import type { DirectoryEntry, RelayMessage } from '../../protocol/relay.ts';
import type { RelayConnection } from './relayConnection.ts';

interface DirectoryRequest {
  filter?: string;
  after?: string;
  limit: number;
}

interface DirectoryAnswer {
  devices: DirectoryEntry[];
  more: boolean;
}

export interface DirectoryClient {
  /** Throws when the connection goes or nothing comes within the limit. */
  ask(connection: RelayConnection, request: DirectoryRequest): Promise<DirectoryAnswer>;
  take(message: Extract<RelayMessage, { type: 'directory' }>): void;
  lost(connectionId: number): void;
}

export function createDirectoryClient(limitMs: number): DirectoryClient {
  const open = new Map<string, { connectionId: number; settle(answer: DirectoryAnswer | Error): void }>();
  let nextRequest = 1;

  return {
    ask(connection, request) {
      const requestId = `d${nextRequest}`;
      nextRequest += 1;
      return new Promise((resolve, reject) => {
        const settle = (answer: DirectoryAnswer | Error) => {
          clearTimeout(timer);
          open.delete(requestId);
          if (answer instanceof Error) reject(answer);
          else resolve(answer);
        };
        const timer = setTimeout(() => settle(new Error('the relay did not answer who is online')), limitMs);
        open.set(requestId, { connectionId: connection.id, settle });
        const { filter, after, limit } = request;
        connection.tell({
          type: 'directory',
          requestId,
          limit: Math.min(100, Math.max(1, Math.trunc(limit))),
          ...(filter === undefined ? {} : { filter: filter.slice(0, 64) }),
          ...(after === undefined ? {} : { after }),
        });
      });
    },
    take({ requestId, devices, more }) {
      open.get(requestId)?.settle({ devices, more });
    },
    lost(connectionId) {
      for (const request of open.values()) {
        if (request.connectionId === connectionId)
          request.settle(new Error('offline: the connection was lost'));
      }
    },
  };
}
