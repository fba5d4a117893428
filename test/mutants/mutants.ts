// Deliberate mistakes in fax/, each of which the tests beside the code must notice.

export interface Mutant {
  /** What is wrong with it, in a few words. */
  mistake: string;
  file: string;
  /** Stands exactly once in the file. */
  original: string;
  mutated: string;
  /** The test file that must fail. */
  noticedBy: string;
}

/** The code as it is, to hold the runner itself against. */
export const NO_MISTAKE: Mutant = {
  mistake: '',
  file: 'fax/t30/negotiation/negotiate.ts',
  original: "(coding !== 'MMR' || ecm)",
  mutated: "(coding !== 'MMR' || ecm)",
  noticedBy: 'fax/t30/negotiation/negotiate.test.ts',
};

export const MUTANTS: readonly Mutant[] = [
  // Pages
  {
    mistake: 'an RTC has five EOLs',
    file: 'fax/t4/pageEncoder.ts',
    original: 'const EOLS_IN_RTC = 6;',
    mutated: 'const EOLS_IN_RTC = 5;',
    noticedBy: 'fax/t4/pageEncoder.test.ts',
  },
  {
    mistake: 'one more two-dimensional line follows than K allows',
    file: 'fax/t4/pageEncoder.ts',
    original: 'this.#twoDimensionalLeft - 1 : k - 1',
    mutated: 'this.#twoDimensionalLeft - 1 : k',
    noticedBy: 'fax/t4/pageEncoder.test.ts',
  },
  {
    mistake: 'a line is a bit shorter than the receiver needs',
    file: 'fax/t4/pageEncoder.ts',
    original: 'if (fill > 0) writer.fill(fill);',
    mutated: 'if (fill > 1) writer.fill(fill - 1);',
    noticedBy: 'fax/t4/pageEncoder.test.ts',
  },
  {
    mistake: 'a damaged line in MR does not spoil those that lean on it',
    file: 'fax/t4/pageDecoder.ts',
    original: "this.#waitsForOneDimensional = this.#coding === 'MR';",
    mutated: 'this.#waitsForOneDimensional = false;',
    noticedBy: 'fax/t4/pageDamage.test.ts',
  },
  {
    mistake: 'a bad run of six rows is good enough',
    file: 'fax/t4/copyQuality.ts',
    original: 'quality.longestBadRun <= maxBadRun',
    mutated: 'quality.longestBadRun <= maxBadRun + 1',
    noticedBy: 'fax/t4/copyQuality.test.ts',
  },
  // Frames
  {
    mistake: 'the FCS is sent high octet first',
    file: 'fax/t30/frames/fcs.ts',
    original: 'framed[octets.length] = value & 0xff;\n  framed[octets.length + 1] = value >> 8;',
    mutated: 'framed[octets.length + 1] = value & 0xff;\n  framed[octets.length] = value >> 8;',
    noticedBy: 'fax/t30/frames/fcs.test.ts',
  },
  {
    mistake: 'a burst is closed by two RCP',
    file: 'fax/t30/ecm/frameStream.ts',
    original: 'const RCP_TIMES = 3;',
    mutated: 'const RCP_TIMES = 2;',
    noticedBy: 'fax/t30/testing/ecmStream.test.ts',
  },
  {
    mistake: 'a frame that an abort broke off is good when its FCS happens to be',
    file: 'fax/t30/ecm/deframer.ts',
    original: 'const fcsOk = whole && hasGoodFcs(',
    mutated: 'const fcsOk = hasGoodFcs(',
    noticedBy: 'fax/t30/ecm/deframer.test.ts',
  },
  // Negotiation
  {
    mistake: 'MMR is chosen without error correction',
    file: 'fax/t30/negotiation/negotiate.ts',
    original: "(coding !== 'MMR' || ecm)",
    mutated: 'true',
    noticedBy: 'fax/t30/negotiation/negotiate.test.ts',
  },
  {
    mistake: 'a TCF with damage of more than a tenth is called good',
    file: 'fax/t30/negotiation/trainingCheck.ts',
    original: 'bad <= mostBad',
    mutated: 'bad <= 2 * mostBad',
    noticedBy: 'fax/t30/negotiation/trainingCheck.test.ts',
  },
  // Sending
  {
    mistake: 'a command is sent a fourth time',
    file: 'fax/t30/transmitter/command.ts',
    original: 'command.tries >= COMMAND_TRIES',
    mutated: 'command.tries > COMMAND_TRIES',
    noticedBy: 'fax/t30/transmitter/training.test.ts',
  },
  {
    mistake: 'a page that was refused is sent once more than allowed',
    file: 'fax/t30/transmitter/verdict.ts',
    original: 'state.repeats >= pageRepeats',
    mutated: 'state.repeats > pageRepeats',
    noticedBy: 'fax/t30/transmitter/page.test.ts',
  },
  {
    mistake: 'a fifth PPR is waited for before the rate is lowered',
    file: 'fax/t30/transmitter/ecm.ts',
    original: 'block.pprs < PPR_LIMIT',
    mutated: 'block.pprs <= PPR_LIMIT',
    noticedBy: 'fax/t30/transmitter/ecm.test.ts',
  },
  {
    mistake: 'MPS is said though the next page is not ready',
    file: 'fax/t30/transmitter/hostWait.ts',
    original: "closing === 'MPS' && !isNextThere(state)",
    mutated: 'false',
    noticedBy: 'fax/t30/transmitter/hostWait.test.ts',
  },
  // Receiving
  {
    mistake: 'a frame of ECM that is held already is replaced by a later one',
    file: 'fax/t30/receiver/receivedBlock.ts',
    original: 'if ((block.frames[number] ?? null) !== null) return block;',
    mutated: '',
    noticedBy: 'fax/t30/receiver/receivedBlock.test.ts',
  },
  {
    mistake: 'a frame of another length is taken in the middle of a block',
    file: 'fax/t30/receiver/receivedBlock.ts',
    original: 'return number === total - 1 && data.length < octets ? data : null;',
    mutated: 'return data;',
    noticedBy: 'fax/t30/receiver/ecm.test.ts',
  },
  {
    mistake: 'a page is taken for stored when another one was',
    file: 'fax/t30/receiver/storing.ts',
    original: 'store.page !== input.page || ',
    mutated: '',
    noticedBy: 'fax/t30/receiver/storing.test.ts',
  },
  {
    mistake: 'noise begins anew the time in which MPS is a repetition',
    file: 'fax/t30/receiver/moves.ts',
    original: "isRepetitionPossible(state.mode) ? 'T4' : 'T5'",
    mutated: "'T5'",
    noticedBy: 'fax/t30/receiver/repetition.test.ts',
  },
  {
    mistake: 'the MCF of the block before is said again after frames of the next',
    file: 'fax/t30/receiver/receiver.ts',
    original: "return mode.stage === 'waiting' && !mode.ended ? sayAgain(state, out) : waitOn(state, out);",
    mutated: 'return sayAgain(state, out);',
    noticedBy: 'fax/t30/receiver/ecm.test.ts',
  },
];
