// What this end can take and speak: capabilities and protocol versions, told in `hello`.

import { CALL_PROTOCOL_VERSION, type Capabilities } from '../../protocol/call.ts';
import { MAX_PAGE_WIDTH, type PageInfo } from '../../protocol/page.ts';

/** A stored page may have any of these shapes; what a line can print is the business of the line. */
export const CAPABILITIES: Capabilities = {
  codings: ['T6'],
  maxWidth: MAX_PAGE_WIDTH,
  resolutions: [
    [204, 98],
    [204, 196],
    [204, 391],
    [408, 391],
    [200, 100],
    [200, 200],
    [200, 400],
    [300, 300],
    [400, 400],
    [600, 600],
  ],
  encryption: [],
};

const VERSIONS = [CALL_PROTOCOL_VERSION];

/** The highest version both ends speak. */
export function commonVersion(
  theirs: readonly number[],
  ours: readonly number[] = VERSIONS,
): number | undefined {
  const common = ours.filter((version) => theirs.includes(version));
  return common.length === 0 ? undefined : Math.max(...common);
}

/** Why a page cannot go to an end with these capabilities; `undefined` when it can. */
export function pageObstacle(page: PageInfo, capabilities: Capabilities): string | undefined {
  if (!capabilities.codings.includes('T6')) return 'T.6 is not taken';
  if (page.width > capabilities.maxWidth) {
    return `${page.width} pixels wide, ${capabilities.maxWidth} are taken`;
  }
  const known = capabilities.resolutions.some(([x, y]) => x === page.xDpi && y === page.yDpi);
  return known ? undefined : `a resolution of ${page.xDpi} × ${page.yDpi} is not taken`;
}
