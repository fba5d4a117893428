// The store of one gateway: its data folder, locked; its database, migrated; its tables.

import { makeDataFolder, type DataFolder } from './dataFolder.ts';
import { openDatabase, type Database } from './database.ts';
import { createCallTable, type CallTable } from './callTable.ts';
import { createDeliveryTable, type DeliveryTable } from './deliveryTable.ts';
import { readDiskSpace, type ReadDiskSpace } from './diskSpace.ts';
import { FolderInUseError, lockFolder } from './folderLock.ts';
import { createIncomingTable, type IncomingTable } from './incomingTable.ts';
import { migrate, NewerDatabaseError } from './migrations.ts';
import { createOutgoingTable, type OutgoingTable } from './outgoingTable.ts';
import { createPreparationTable, type PreparationTable } from './preparationTable.ts';
import { createPollOfferTable, type PollOfferTable } from './pollOfferTable.ts';
import { createRemoteTable, type RemoteTable } from './remoteTable.ts';
import { createUploadTable, type UploadTable } from './uploadTable.ts';

export interface Store {
  readonly folder: DataFolder;
  readonly db: Database;
  readonly preparations: PreparationTable;
  readonly outgoing: OutgoingTable;
  readonly deliveries: DeliveryTable;
  readonly incoming: IncomingTable;
  readonly uploads: UploadTable;
  readonly calls: CallTable;
  readonly remotes: RemoteTable;
  readonly pollOffers: PollOfferTable;
  readonly readDiskSpace: ReadDiskSpace;
  close(): void;
}

/** The data folder cannot be used, and why in one sentence. */
export class DataFolderError extends Error {
  readonly code = 'DATA_FOLDER_UNUSABLE';
  constructor(path: string, cause: unknown) {
    super(
      `The data folder ${path} cannot be used: ${cause instanceof Error ? cause.message : 'unknown cause'}.`,
      {
        cause,
      },
    );
    this.name = 'DataFolderError';
  }
}

/** Opens a data folder, making it when it is missing. Throws FolderInUseError, NewerDatabaseError, DataFolderError. */
export function openStore(path: string, options: { readDiskSpace?: ReadDiskSpace } = {}): Store {
  try {
    return open(path, options);
  } catch (error) {
    if (error instanceof FolderInUseError || error instanceof NewerDatabaseError) throw error;
    throw new DataFolderError(path, error);
  }
}

function open(path: string, options: { readDiskSpace?: ReadDiskSpace }): Store {
  const folder = makeDataFolder(path);
  const lock = lockFolder(folder.path, folder.lock);
  try {
    const db = openDatabase(folder.database);
    try {
      migrate(db);
    } catch (error) {
      db.close();
      throw error;
    }
    return {
      folder,
      db,
      preparations: createPreparationTable(db),
      outgoing: createOutgoingTable(db),
      deliveries: createDeliveryTable(db),
      incoming: createIncomingTable(db),
      uploads: createUploadTable(db),
      calls: createCallTable(db),
      remotes: createRemoteTable(db),
      pollOffers: createPollOfferTable(db),
      readDiskSpace: options.readDiskSpace ?? readDiskSpace,
      close() {
        db.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}
