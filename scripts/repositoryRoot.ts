// The checkout's own folder, whatever the working directory is.

import { resolve } from 'node:path';

export const repositoryRoot = resolve(import.meta.dirname, '..');
