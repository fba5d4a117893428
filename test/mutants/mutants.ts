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
];
