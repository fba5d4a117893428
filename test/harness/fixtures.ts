// Documents made by others, which the scenarios send.

import path from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = path.join(path.dirname(fileURLToPath(import.meta.url)), '../fixtures/documents');

/** Absolute path of a file in test/fixtures/documents. */
export function fixtureFile(name: string): string {
  return path.join(folder, name);
}
