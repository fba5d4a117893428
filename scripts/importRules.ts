// Who may import whom (docs/ARCHITECTURE.md § Folders), as dependency-cruiser rules. Every rule has a folder of
// its own name in test/fixtures/import-rules with a deliberate violation, which must be refused.

import type { IFlattenedRuleSet } from 'dependency-cruiser';

/** Product folders, and what of ours each may import beside itself (as regular expressions). */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  fax: [],
  'native-bridge': ['protocol/', 'fax/'],
  gateway: ['protocol/', 'fax/'],
  relay: ['protocol/'],
  renderer: ['protocol/'],
  // Beside the starter only the place of the data, which shell and command line must agree on.
  electron: ['protocol/', 'gateway/starter/', 'gateway/dataFolder[.]ts$'],
};

const PRODUCT_FOLDERS = Object.keys(MAY_IMPORT);
const OURS = `^(${[...PRODUCT_FOLDERS, 'scripts', 'test'].join('|')})/`;
/** Tests beside the code may import whatever they test with; so may everything in test/. */
const TEST_FILES = String.raw`\.test\.tsx?$`;
/** The one module of the shell that runs in the gateway's process. */
const SHELLS_GATEWAY = '^electron/gatewayHost[.]ts$';
const NATIVE_PACKAGES = 'node_modules/(sharp|@img|serialport|@serialport|@embedpdf|pdfkit)/';

type Rule = NonNullable<IFlattenedRuleSet['forbidden']>[number] & { name: string };

function folderRule([folder, allowed]: [string, readonly string[]]): Rule {
  return {
    name: `${folder}-stays-inside-its-borders`,
    comment: `${folder}/ may import of ours ${allowed.length === 0 ? 'nothing' : `only ${allowed.join(', ')}`}`,
    severity: 'error',
    from: { path: `^${folder}/`, pathNot: `${TEST_FILES}|${SHELLS_GATEWAY}` },
    to: { path: OURS, pathNot: `^(${[`${folder}/`, ...allowed].join('|')})` },
  };
}

export const IMPORT_RULES: readonly Rule[] = [
  ...Object.entries(MAY_IMPORT).map(folderRule),
  {
    name: 'shells-gateway-host-only-starts-the-gateway',
    comment:
      'electron/gatewayHost.ts joins gateway/gateway.ts to its process, and knows nothing inside of it',
    severity: 'error',
    from: { path: SHELLS_GATEWAY },
    to: { path: OURS, pathNot: '^(protocol/|electron/|gateway/gateway[.]ts$)' },
  },
  {
    name: 'nothing-imports-the-shells-gateway-host',
    comment: 'the gateway runs in a process of its own, never in the window’s main process',
    severity: 'error',
    from: {},
    to: { path: SHELLS_GATEWAY },
  },
  {
    name: 'nothing-imports-test',
    comment: 'fakes, peers and fixtures are for tests only',
    severity: 'error',
    from: { pathNot: `^test/|${TEST_FILES}` },
    to: { path: `^test/|${TEST_FILES}` },
  },
  {
    name: 'product-does-not-import-scripts',
    comment: 'scripts/ is for the checkout; it is not shipped',
    severity: 'error',
    from: { path: `^(${PRODUCT_FOLDERS.join('|')})/`, pathNot: TEST_FILES },
    to: { path: '^scripts/' },
  },
  {
    name: 'native-packages-only-in-native-bridge',
    comment: 'native modules and parsers of foreign files run in the hosts of native-bridge/ only',
    severity: 'error',
    from: { pathNot: `^native-bridge/|^test/|${TEST_FILES}` },
    to: { path: NATIVE_PACKAGES },
  },
  {
    name: 'electron-package-only-in-the-shell',
    comment: 'everything but electron/ runs without Electron',
    severity: 'error',
    from: { pathNot: '^(electron|test)/' },
    to: { path: 'node_modules/electron/' },
  },
  {
    name: 'no-node-in-pure-folders',
    comment: 'fax/ and protocol/ are pure, and renderer/ runs in a sandboxed window',
    severity: 'error',
    from: { path: '^(protocol|fax|renderer)/', pathNot: TEST_FILES },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'fax-imports-no-packages',
    comment: 'the standards are pure code',
    severity: 'error',
    from: { path: '^fax/', pathNot: TEST_FILES },
    to: { path: 'node_modules/' },
  },
  {
    name: 'run-time-imports-no-development-packages',
    comment: 'what runs unbundled must be among the dependencies of package.json',
    severity: 'error',
    from: { path: '^(protocol|native-bridge|gateway|relay)/', pathNot: TEST_FILES },
    to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'no-circular-imports',
    comment: 'two modules that need each other are one module, or three',
    severity: 'error',
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  },
  {
    name: 'every-import-resolves',
    comment: 'an import that leads nowhere is not checked by any other rule',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true },
  },
];
