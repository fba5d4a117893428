// DIS and DCS as one line of plain English, for the journal and for support.

import type { Capabilities, FastRate, PaperWidth, Resolution, SessionParameters } from '../parameters.ts';

/**
 * What a machine can do, to follow "they" or "we": `can receive fine and superfine pages, A4 and B4, with error
 * correction at up to 14 400 bit/s; compresses with MMR`.
 */
export function describeCapabilities(capabilities: Capabilities): string {
  return [
    ...(capabilities.canReceive ? receiving(capabilities) : ['cannot receive']),
    ...(capabilities.hasDocumentToPoll ? ['has a document to be polled'] : []),
    ...extras(capabilities),
    ...(capabilities.others.length > 0 ? [`also names ${someOf(capabilities.others)}`] : []),
  ].join('; ');
}

/** `V.17 at 14 400 bit/s`. */
export function describeRate(rate: FastRate): string {
  return `${rate.modulation} at ${bitsPerSecond(rate)}`;
}

/** What was agreed on: `fine pages, A4 wide, MMR, error correction with 256-octet frames, V.17 at 14 400 bit/s`. */
export function describeParameters(parameters: SessionParameters): string {
  const { rate, coding, resolution, inch, width, length, minScanMs, ecmFrameOctets } = parameters;
  return [
    `${(inch ? INCH_NAMES[resolution] : undefined) ?? resolutionName(resolution)} pages`,
    `${WIDTH_NAMES[width]} wide${length === 'unlimited' ? ', any length' : ''}`,
    coding,
    ecmFrameOctets === null
      ? `no error correction, at least ${minScanMs} ms per line`
      : `error correction with ${ecmFrameOctets}-octet frames`,
    rate === null ? 'rate not given' : describeRate(rate),
    ...(parameters.unsupported.length > 0 ? [`asks for ${someOf(parameters.unsupported)}`] : []),
  ].join(', ');
}

const WIDTH_NAMES = { 215: 'A4', 255: 'B4', 303: 'A3' } as const satisfies Record<PaperWidth, string>;

/** So many names of what we do not use say enough. */
const MOST_OTHERS = 6;

const RESOLUTION_NAMES: Partial<Record<Resolution, string>> = {
  'R8x3.85': 'standard',
  'R8x7.7': 'fine',
  'R8x15.4': 'superfine',
  'R16x15.4': 'ultrafine',
};

/** Their twins in dots per inch. */
const INCH_NAMES: Partial<Record<Resolution, string>> = {
  'R8x3.85': '200×100 dpi',
  'R8x7.7': '200×200 dpi',
  'R8x15.4': '200×400 dpi',
  'R16x15.4': '400×400 dpi',
};

function resolutionName(resolution: Resolution): string {
  return RESOLUTION_NAMES[resolution] ?? `${resolution.replace('x', '×')} dpi`;
}

function receiving(capabilities: Capabilities): string[] {
  const finer = capabilities.resolutions.filter((resolution) => resolution !== 'R8x3.85');
  const pages = finer.length > 0 ? `${list(finer.map(resolutionName))} pages` : 'standard pages only';
  return [
    `can receive ${pages}, ${paper(capabilities)}, ${capabilities.ecm ? 'with' : 'without'} error correction${atUpTo(capabilities.rates)}`,
    `compresses with ${densest(capabilities)}`,
  ];
}

function paper({ width, length, northAmericanLetter, northAmericanLegal }: Capabilities): string {
  const sizes = [
    'A4',
    ...(width >= 255 ? ['B4'] : []),
    ...(width >= 303 ? ['A3'] : []),
    ...(northAmericanLetter ? ['Letter'] : []),
    ...(northAmericanLegal ? ['Legal'] : []),
  ];
  return `${list(sizes)}${length === 'unlimited' ? '' : ` no longer than ${length}`}`;
}

function someOf(names: readonly string[]): string {
  const left = names.length - MOST_OTHERS;
  return left > 0 ? `${names.slice(0, MOST_OTHERS).join(', ')} and ${left} more` : list(names);
}

function densest({ codings }: Capabilities): string {
  return codings.includes('MMR') ? 'MMR' : codings.includes('MR') ? 'MR' : 'MH';
}

function extras(capabilities: Capabilities): string[] {
  const taken = [
    ...(capabilities.subaddress ? ['subaddresses'] : []),
    ...(capabilities.password ? ['passwords'] : []),
    ...(capabilities.selectivePolling ? ['selective polling'] : []),
  ];
  return [
    ...(taken.length > 0 ? [`takes ${list(taken)}`] : []),
    ...(capabilities.prefers64 ? ['prefers frames of 64 octets'] : []),
    ...(capabilities.v8 ? ['knows V.8'] : []),
  ];
}

function atUpTo(rates: readonly FastRate[]): string {
  const fastest = rates.toSorted((a, b) => b.rateBps - a.rateBps)[0];
  return fastest ? ` at up to ${bitsPerSecond(fastest)}` : '';
}

/** `14 400 bit/s`, `9600 bit/s`: groups from five digits on. */
function bitsPerSecond({ rateBps }: FastRate): string {
  return `${String(rateBps).replace(/^(\d\d)(\d{3})$/u, '$1 $2')} bit/s`;
}

function list(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
