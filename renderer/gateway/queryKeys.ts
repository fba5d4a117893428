// The names under which the query cache keeps what the gateway has said.

export type OutgoingFolder = 'outbox' | 'sent' | 'failed';

export const queryKeys = {
  status: ['status'],
  inboxLists: ['inboxList'],
  inboxList: (search: string) => ['inboxList', search],
  incoming: (id: string) => ['incoming', id],
  incomingPages: (id: string) => ['incomingPages', id],
  outgoingLists: ['outgoingList'],
  outgoingList: (folder: OutgoingFolder, search: string) => ['outgoingList', folder, search],
  outgoing: (id: string) => ['outgoing', id],
  outgoingPages: (id: string) => ['outgoingPages', id],
  attempts: (id: string) => ['attempts', id],
  contacts: ['contacts'],
  online: ['online'],
  settings: ['settings'],
  relayAccount: ['relayAccount'],
  lines: ['lines'],
  telephoneSettings: ['telephoneSettings'],
  remoteLists: ['remoteList'],
  remoteList: (search: string) => ['remoteList', search],
  remotes: ['remote'],
  remote: (number: string) => ['remote', number],
  callLists: ['callList'],
  callList: (search: string) => ['callList', search],
  call: (id: string) => ['call', id],
  journal: (id: string) => ['journal', id],
  pollOffers: ['pollOffers'],
} as const;
