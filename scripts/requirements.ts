// What the tests need beside npm's packages: one table for `npm test` and for vitest's system project.

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

interface Requirement {
  /** Any one of these on PATH, or as an absolute path, will do. */
  binaries: readonly string[];
  debianPackage: string;
  neededFor: string;
}

const CHROMIUM: Requirement = {
  binaries: ['chromium', 'chromium-browser', 'google-chrome'],
  debianPackage: 'chromium',
  neededFor: 'the tests of the user interface and of the shell',
};

const REQUIREMENTS: readonly Requirement[] = [
  CHROMIUM,
  {
    binaries: ['tiffcp'],
    debianPackage: 'libtiff-tools',
    neededFor: 'reading fax pages with a decoder that is not ours',
  },
  {
    binaries: ['pdftoppm'],
    debianPackage: 'poppler-utils',
    neededFor: 'reading exported PDFs with a renderer that is not ours',
  },
  { binaries: ['ip'], debianPackage: 'iproute2', neededFor: 'offices in networks of their own' },
  { binaries: ['nft'], debianPackage: 'nftables', neededFor: 'offices behind address translation' },
  { binaries: ['mount'], debianPackage: 'mount', neededFor: 'small disks that fill up' },
  { binaries: ['openssl'], debianPackage: 'openssl', neededFor: 'certificates of an authority of its own' },
];

/** System programs are often outside an ordinary person's PATH. */
const ALSO_LOOK_IN = ['/usr/sbin', '/sbin'];

/** Everything that is missing on this machine. */
export function missingRequirements(): readonly Requirement[] {
  return REQUIREMENTS.filter(({ binaries }) => binaries.every((binary) => findBinary(binary) === undefined));
}

/** The one line that installs them, for Debian and its kin. */
export function installLine(missing: readonly Requirement[]): string {
  const packages = missing.map((requirement) => requirement.debianPackage).join(' ');
  return `sudo apt-get install --yes --no-install-recommends ${packages}`;
}

/** The browser that the tests drive. */
export function chromiumPath(): string {
  for (const binary of CHROMIUM.binaries) {
    const path = findBinary(binary);
    if (path !== undefined) return path;
  }
  throw new Error(`Chromium is missing: ${installLine([CHROMIUM])}`);
}

function findBinary(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...ALSO_LOOK_IN];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
