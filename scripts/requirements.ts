// What the tests need beside npm's packages: one table for `npm test` and for vitest's system project.

import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

interface Requirement {
  /** Any one of these on PATH, or as an absolute path, will do. */
  binaries?: readonly string[];
  /** A header of a C library instead. */
  header?: string;
  debianPackage: string;
  neededFor: string;
}

const CHROMIUM_BINARIES = ['chromium', 'chromium-browser', 'google-chrome'];
const CHROMIUM: Requirement = {
  binaries: CHROMIUM_BINARIES,
  debianPackage: 'chromium',
  neededFor: 'the tests of the user interface and of the shell',
};

const EXCHANGE = 'the telephone exchange with fax modems and machines that are not ours';

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
  { binaries: ['socat'], debianPackage: 'socat', neededFor: 'pseudo-terminals that stand for serial ports' },
  { binaries: ['script'], debianPackage: 'bsdutils', neededFor: 'a window with a shell that is no modem' },
  { binaries: ['gcc'], debianPackage: 'gcc', neededFor: EXCHANGE },
  { header: 'spandsp.h', debianPackage: 'libspandsp-dev', neededFor: EXCHANGE },
  { binaries: ['efax'], debianPackage: 'efax', neededFor: 'a fax program that is not ours' },
  { binaries: ['sendfax'], debianPackage: 'hylafax-client', neededFor: 'a fax server that is not ours' },
  { binaries: ['faxgetty'], debianPackage: 'hylafax-server', neededFor: 'a fax server that is not ours' },
  { binaries: ['openssl'], debianPackage: 'openssl', neededFor: 'certificates of an authority of its own' },
];

/** System programs are often outside an ordinary person's PATH. */
const ALSO_LOOK_IN = ['/usr/sbin', '/sbin'];
const HEADERS = '/usr/include';

/** Everything that is missing on this machine. */
export function missingRequirements(): readonly Requirement[] {
  return REQUIREMENTS.filter(
    ({ binaries = [], header }) =>
      !binaries.some((binary) => findBinary(binary) !== undefined) &&
      !(header !== undefined && hasHeader(header)),
  );
}

/** The one line that installs them, for Debian and its kin. */
export function installLine(missing: readonly Requirement[]): string {
  const packages = missing.map((requirement) => requirement.debianPackage).join(' ');
  return `sudo apt-get install --yes --no-install-recommends ${packages}`;
}

/** The browser that the tests drive. */
export function chromiumPath(): string {
  for (const binary of CHROMIUM_BINARIES) {
    const path = findBinary(binary);
    if (path !== undefined) return path;
  }
  throw new Error(`Chromium is missing: ${installLine([CHROMIUM])}`);
}

function findBinary(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...ALSO_LOOK_IN];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/** Debian keeps some headers in a folder per kind of processor: `/usr/include/x86_64-linux-gnu`. */
function hasHeader(name: string): boolean {
  if (!existsSync(HEADERS)) return false;
  const perProcessor = readdirSync(HEADERS).filter((folder) => folder.endsWith('-linux-gnu'));
  return ['', ...perProcessor].some((folder) => existsSync(join(HEADERS, folder, name)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
