// Gives the screens the gateway: its API, the state of the connection, and a query cache that its events keep fresh.

import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, createContext, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import { apiErrorOf } from '../../protocol/api/carrier.ts';
import type { ConnectionState, GatewayConnection } from './connection.ts';
import { EventCache } from './eventCache.ts';

const ConnectionContext = createContext<GatewayConnection | undefined>(undefined);

export function GatewayProvider({
  connection,
  children,
}: {
  connection: GatewayConnection;
  children: ReactNode;
}): ReactNode {
  const [queryClient] = useState(createQueryClient);
  useEffect(() => followEvents(connection, queryClient), [connection, queryClient]);
  return (
    <ConnectionContext value={connection}>
      <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>
    </ConnectionContext>
  );
}

export function useApi(): GatewayConnection['api'] {
  return useConnection().api;
}

export function useConnectionState(): ConnectionState {
  const connection = useConnection();
  return useSyncExternalStore(
    (listener) => connection.onChange(listener),
    () => connection.state,
  );
}

function useConnection(): GatewayConnection {
  const connection = useContext(ConnectionContext);
  if (connection === undefined) throw new Error('no GatewayProvider above');
  return connection;
}

function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // Events say when something changed; asking again on focus or by time would only cost.
        staleTime: Infinity,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        networkMode: 'always',
        // What the gateway has refused stays refused; a broken connection is worth another try.
        retry: (failures, error) => failures < 3 && apiErrorOf(error) === undefined,
      },
      mutations: { networkMode: 'always' },
    },
  });
}

function followEvents(connection: GatewayConnection, queryClient: QueryClient): () => void {
  const cache = new EventCache(queryClient, connection.api);
  let seen: ConnectionState = connection.state;
  const stopWatching = connection.onChange(() => {
    // After a gap anything may have changed.
    if (connection.state === 'open' && seen !== 'connecting') cache.askAgain();
    seen = connection.state;
  });
  const subscription = connection.api.events.subscribe(undefined, {
    onData: (event) => {
      cache.apply(event);
    },
    onError: () => {
      cache.askAgain();
    },
  });
  return () => {
    stopWatching();
    subscription.unsubscribe();
    cache.stop();
  };
}
