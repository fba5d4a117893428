// Where everything of one gateway lies on disk.

import { chmodSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

export interface DataFolder {
  readonly path: string;
  readonly database: string;
  readonly lock: string;
  readonly endpoint: string;
  readonly outgoingPages: string;
  readonly incomingPages: string;
  readonly uploads: string;
  readonly exports: string;
  readonly logs: string;
  readonly embeddedRelay: string;
  readonly demo: string;
}

export function dataFolderPaths(path: string): DataFolder {
  const root = resolve(path);
  return {
    path: root,
    database: join(root, 'gateway.sqlite'),
    lock: join(root, 'lock'),
    endpoint: join(root, 'endpoint.json'),
    outgoingPages: join(root, 'pages', 'outgoing'),
    incomingPages: join(root, 'pages', 'incoming'),
    uploads: join(root, 'uploads'),
    exports: join(root, 'exports'),
    logs: join(root, 'logs'),
    embeddedRelay: join(root, 'embedded-relay'),
    demo: join(root, 'demo'),
  };
}

/** Makes the folders that are missing; nobody else on the PC may look into them. */
export function makeDataFolder(path: string): DataFolder {
  const folder = dataFolderPaths(path);
  mkdirSync(folder.path, { recursive: true, mode: 0o700 });
  if (process.platform !== 'win32') chmodSync(folder.path, 0o700);
  for (const inner of [
    folder.outgoingPages,
    folder.incomingPages,
    folder.uploads,
    folder.exports,
    folder.logs,
  ]) {
    mkdirSync(inner, { recursive: true, mode: 0o700 });
  }
  return folder;
}
