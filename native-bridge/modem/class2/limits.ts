// How long a Class 2 modem may take for what, and how often things are tried.

/** A command that only sets something. */
export const SETTING_MS = 5000;
/** The standard asks for none; modems of the time want it between a result and the next command (fact sheet §3.6). */
export const COMMAND_GAP_MS = 50;
/** From the answer to OK to ATD: T1, and the introduction. */
export const IDENTIFY_MS = 45_000;
/**
 * +FDT or +FDR to CONNECT in phase B. A DIS that is awaited: 5.5 s. Training down all eight rates, each with DCS 2.07, V.17's
 * long training 1.39, TCF 1.5, FTT 1.19 and gaps 0.23, in all 6.4 s: 51 s. DCS three times without an answer, T4 with its
 * tolerance (3.45 s) apart: 25.5 s. Sum 82 s.
 */
export const TRAINING_MS = 90_000;
/** Behind EOM the sender has T1 to begin anew (T.30 §5.4.3.1). */
export const AFTER_EOM_MS = TRAINING_MS + 35_000;
/** The same behind MPS: an answer to a command that is said three times, 14.3 s; T2 and the carrier of the next page. */
export const NEXT_PAGE_MS = 30_000;
/** For the modem to say XON with CONNECT (fact sheet §3.4); then it is taken to be one that says none. */
export const XON_MS = 10_000;
/** The next time with a modem that said none. */
export const XON_AGAIN_MS = 500;
/** Three post-message commands of 1.3 s, T4 (3.45 s) apart: 14.3 s; again as much for a modem that takes its time. */
const AFTER_PAGE_MS = 30_000;
/**
 * Under ECM: PPS three times as above, 14.3 s; a far machine that is busy (RNR), T5: 60 s; four corrections at each of six
 * rates, each with gaps, flags, training, PPS and PPR of 3.05 s: 73 s; CTC and CTR between them, 2.6 s each: 13 s. Sum 160 s.
 */
const AFTER_ECM_PAGE_MS = 160_000;
/** What corrections send again: half of what was sent before, at most (a sender with less progress gives up), and again after CTC at less speed: 1, and 1.5. */
const CORRECTED_SHARE = 2.5;
const BLOCK_OCTETS = 65_536;
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
/** Of a page that broke off: less than 2 mm of fine paper is as likely the modem's last words, read as a page. */
export const LEAST_KEPT_ROWS = 16;
/** Under error correction, where RTN is not foreseen; then it is taken as it is, and marked. */
export const ECM_PAGE_REFUSALS = 1;
/** Page data that never begin, or stop: a line has its EOL within 5 s (T.4 §4.1.3), twice for a modem's buffer. */
export const DATA_START_MS = 8000;
const DATA_SILENCE_MS = 12_000;
/** Under ECM a block comes whole: four corrections 12.2 s, CTC and CTR 2.6 s, PPS three times 14.3 s, beside its octets. */
const ECM_SILENCE_MS = 30_000;
/** More than any page of 20,000 rows that can be read. */
export const MOST_PAGE_OCTETS = 8 * 1024 * 1024;
/** Between page data from the modem and its OK: post-message commands, three times 4.75 s, twice as above. */
export const PAGE_RESULT_MS = 30_000;
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
  const sentMs = 1.5 * onLineMs(octets, rateBps);
  if (!ecm) return sentMs + AFTER_PAGE_MS;
  return sentMs + CORRECTED_SHARE * onLineMs(Math.min(octets, BLOCK_OCTETS), rateBps) + AFTER_ECM_PAGE_MS;
}

/** How long page data may stay away: under ECM a block of 64 KiB is sent and corrected before any of it is given. */
export function silenceMs(rateBps: number, ecm: boolean): number {
  return ecm ? ECM_SILENCE_MS + 2 * onLineMs(BLOCK_OCTETS, rateBps) : DATA_SILENCE_MS;
}

function onLineMs(octets: number, rateBps: number): number {
  return Math.ceil((octets * 8 * 1000) / Math.max(2400, rateBps));
}
