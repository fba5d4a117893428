// How long a Class 2 modem may take for what, and how often things are tried.

/** A command that only sets something. */
export const SETTING_MS = 5000;
/** The standard asks for none; modems of the time want it between a result and the next command (fact sheet §3.6). */
export const COMMAND_GAP_MS = 50;
/** From the answer to OK to ATD: T1, and the introduction. */
export const IDENTIFY_MS = 45_000;
/** +FDT or +FDR to CONNECT in phase B: training down to the least rate takes its time. */
export const TRAINING_MS = 180_000;
/** The same behind a page: its confirmation, and the carrier of the next one. */
export const NEXT_PAGE_MS = 60_000;
/** For the modem to say XON after CONNECT; then it is taken to be one that says none. */
export const XON_MS = 20_000;
/** The next time with a modem that said none. */
export const XON_AGAIN_MS = 500;
/** Behind the last octet of a page: the modem's buffer, three post-message commands T4 apart. */
const AFTER_PAGE_MS = 60_000;
/** Under ECM: T5, and four corrections of a block, again after CTC; on a very bad line this was seen to last 160 s. */
const AFTER_ECM_PAGE_MS = 240_000;
/** +FDT or +FDR answered OK, +FDR answered ERROR: given again so often. */
export const START_TRIES = 3;
/** An OK in place of CONNECT may be a result said twice: what follows is waited for before the command is given again. */
export const STRAY_OK_MS = { training: 8000, page: 3000 } as const;
/** The same for an OK to +FET without a page status: MPS and MCF last 2.6 s. */
export const STRAY_STATUS_MS = 4500;
/** A page is sent again after RTN so often. */
export const PAGE_REPEATS = 2;
/** A page that arrives is refused so often before the call ends for it. */
export const PAGE_REFUSALS = 3;
/** Under error correction, where RTN is not foreseen; then it is taken as it is, and marked. */
export const ECM_PAGE_REFUSALS = 1;
/** Page data that never begin, or stop: a line has its EOL within 5 s; a block under ECM comes whole. */
export const DATA_START_MS = 8000;
const DATA_SILENCE_MS = 30_000;
/** More than any page of 20,000 rows that can be read. */
export const MOST_PAGE_OCTETS = 8 * 1024 * 1024;
/** Between page data from the modem and its OK: post-message commands, three times. */
export const PAGE_RESULT_MS = 60_000;
/**
 * A sender says its command three times, T4 apart, and must have the answer within; under ECM the modem holds it with
 * RNR, as long as it waits for us itself.
 */
export const STORE_MS = { plain: 9000, ecm: 20_000 } as const;
/** Preparing a page while the modem waits for it: less than its phase C time-out. */
export const PREPARE_MS = 20_000;
/** A result after the line that is the last before it; in between the modem may still send DCN. */
export const SOON_MS = 6000;
/** Ending a call politely. */
export const CANCEL_MS = 4000;
/** DCS, training, TCF and CFR, without a fall-back. */
export const TRAINED_MS = 9000;
export const ABORT_MS = 8000;
/** +FHNG after the last confirmation: DCN lasts 1.2 s. */
export const LAST_WORD_MS = 3000;

/** For a whole page to leave, its confirmation included: modems buffer much (fact sheet §3.6). */
export function pageMs(octets: number, rateBps: number, ecm: boolean): number {
  return (
    Math.ceil(((octets * 8) / Math.max(2400, rateBps)) * 1500) + (ecm ? AFTER_ECM_PAGE_MS : AFTER_PAGE_MS)
  );
}

/** How long page data may stay away: under ECM a block of 64 KiB is corrected before any of it is given. */
export function silenceMs(rateBps: number, ecm: boolean): number {
  return ecm ? DATA_SILENCE_MS + Math.ceil(((65_536 * 8) / Math.max(2400, rateBps)) * 2000) : DATA_SILENCE_MS;
}
