// What must hold after every call, whatever the line did to it: what each side believes of the pages, held against what
// really became of them.

import type { CallOptions, CallResult, Party } from './joinedCall.ts';
import type { TestPage } from './testPages.ts';

/**
 * What the two sides know of the pages of one direction.
 * `delivered`: all, and both know. `knownFailure`: some are missing, and both know which.
 * `unheard`: the receiver has confirmed one page more than the sender has heard of: the sender believes too little.
 */
export type Knowledge = 'delivered' | 'knownFailure' | 'unheard';

export interface Judgement {
  knowledge: Knowledge;
  /** What must never be; empty when all is well. */
  violations: readonly string[];
}

export interface Allowances {
  /** The share of its rows that must have arrived of a page that was confirmed without error correction. Default all. */
  leastRows?: number;
  /**
   * A page may have been confirmed twice: without error correction pages have no number, and when an MCF and the
   * repeated command after it are both lost, nothing tells the command from that of a next page. Default false.
   */
  repeats?: boolean;
}

export function judgeCall(result: CallResult, options: CallOptions, allowed: Allowances = {}): Judgement {
  const directions = [
    judgeDirection('sent', options.sent, result.caller, result.answerer, allowed),
    judgeDirection('polled', options.polled, result.answerer, result.caller, allowed),
  ];
  const violations = [
    ...result.caller.breaches,
    ...result.answerer.breaches,
    ...result.caller.host.faults,
    ...result.answerer.host.faults,
    ...directions.flatMap((direction) => direction.violations),
  ];
  const order: readonly Knowledge[] = ['unheard', 'knownFailure', 'delivered'];
  const knowledge = order.find((one) => directions.some((direction) => direction.knowledge === one));
  return { knowledge: knowledge ?? 'delivered', violations };
}

function judgeDirection(
  name: string,
  pages: readonly TestPage[],
  sender: Party,
  receiver: Party,
  allowed: Allowances,
): Judgement {
  if (sender.outcome === null || receiver.outcome === null) {
    return { knowledge: 'knownFailure', violations: [`${name}: the call never ended`] };
  }
  const violations: string[] = [];
  const said = (holds: boolean, what: string): void => {
    if (!holds) violations.push(`${name}: ${what}`);
  };
  const { pagesSent } = sender.outcome;
  const { pagesReceived } = receiver.outcome;
  /** Pages of the sender that are among those that the receiver confirmed, in their order. */
  let arrived = 0;
  for (let page = 0; page < pagesReceived; page++) {
    const versions = receiver.host.stored.get(page) ?? [];
    said(versions.length === 1, `page ${page} was made durable ${versions.length} times`);
    const [version = NOTHING] = versions;
    if (isCopy(version, pages[arrived], allowed)) arrived++;
    else {
      const isRepeated = arrived > 0 && isCopy(version, pages[arrived - 1], allowed);
      said(
        isRepeated && allowed.repeats === true,
        `page ${page} is ${isRepeated ? 'the one before it' : 'another'}`,
      );
    }
  }
  said(pagesSent <= arrived, `${pagesSent} pages are held for delivered, ${arrived} arrived`);
  said(arrived <= pagesSent + 1, `${arrived} pages arrived, the sender knows of ${pagesSent}`);
  if (pages.length > 0) {
    said(sender.outcome.code !== 'OK' || pagesSent === pages.length, 'the sender calls a part of it success');
    said(
      receiver.outcome.code !== 'OK' || arrived === pages.length,
      'the receiver calls a part of it success',
    );
  }
  if (pagesSent < arrived) return { knowledge: 'unheard', violations };
  return { knowledge: pagesSent === pages.length ? 'delivered' : 'knownFailure', violations };
}

const NOTHING = new Uint8Array(0);

function isCopy(raster: Uint8Array, page: TestPage | undefined, allowed: Allowances): boolean {
  if (page === undefined) return false;
  const { leastRows = 1 } = allowed;
  return leastRows < 1 ? rowsInCommon(raster, page) >= leastRows : sameOctets(raster, page.raster);
}

function sameOctets(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((octet, at) => octet === other[at]);
}

/** Share of the rows sent that arrived, in their order. */
function rowsInCommon(raster: Uint8Array, { geometry, raster: sent }: TestPage): number {
  const stride = geometry.widthPixels >> 3;
  const arrived = Array.from({ length: raster.length / stride }, (_, row) =>
    raster.subarray(row * stride, (row + 1) * stride),
  );
  let found = 0;
  let from = 0;
  for (let row = 0; row < geometry.rows; row++) {
    const wanted = sent.subarray(row * stride, (row + 1) * stride);
    const at = arrived.findIndex((one, index) => index >= from && sameOctets(one, wanted));
    if (at < 0) continue;
    found++;
    from = at + 1;
  }
  return found / geometry.rows;
}
