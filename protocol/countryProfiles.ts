// How each country dials: calling codes and prefixes (from the national numbering plans, as generally known), and how
// often a machine may try one number again by itself.

/** Limits on automatic attempts to one number. */
export interface RedialLimits {
  /** Automatic attempts after the first, within `windowSeconds` from it. */
  redials: number;
  windowSeconds: number;
  /** From the end of one attempt to the next. */
  gapSeconds: number;
}

export interface CountryProfile {
  /** Without its +. */
  callingCode: string;
  /** Dialled before a calling code. */
  international: string;
  /** Dialled before a national number; empty where there is none. */
  trunk: string;
  /** The trunk prefix may be left out before a whole national number. */
  trunkOptional?: boolean;
  /** Digits of a national number without its trunk prefix: fewest and most. */
  length: readonly [number, number];
  /** Never dialled: a fax machine has no business there. */
  emergency: readonly string[];
  redial: RedialLimits;
}

/** No rule is known: the manners of 47 CFR 68.318(b), which fits everywhere. */
const MANNERS: RedialLimits = { redials: 14, windowSeconds: 3_600, gapSeconds: 5 };
/**
 * 47 CFR 68.318(b) (fact sheet §6): 2 attempts in a row, 13 more when busy, then an hour's rest. Diallers under an external
 * computer are exempt; we keep to it all the same.
 */
const USA: RedialLimits = { redials: 14, windowSeconds: 3_600, gapSeconds: 5 };
/** Known, a rule for terminal equipment: at most 2 automatic redials within 3 minutes from the first attempt. */
const JAPAN: RedialLimits = { redials: 2, windowSeconds: 180, gapSeconds: 5 };

function plan(
  callingCode: string,
  international: string,
  trunk: string,
  length: readonly [number, number],
  emergency: readonly string[],
  more: Partial<CountryProfile> = {},
): CountryProfile {
  return { callingCode, international, trunk, length, emergency, redial: MANNERS, ...more };
}

/** By ISO 3166 code, small letters. */
export const COUNTRY_PROFILES: Readonly<Record<string, CountryProfile>> = {
  jp: plan('81', '010', '0', [9, 10], ['110', '118', '119'], { redial: JAPAN }),
  us: plan('1', '011', '1', [10, 10], ['911'], { redial: USA, trunkOptional: true }),
  ca: plan('1', '011', '1', [10, 10], ['911'], { redial: USA, trunkOptional: true }),
  gb: plan('44', '00', '0', [7, 10], ['999', '112']),
  ie: plan('353', '00', '0', [7, 10], ['999', '112']),
  de: plan('49', '00', '0', [3, 13], ['110', '112']),
  fr: plan('33', '00', '0', [9, 9], ['15', '17', '18', '112', '119']),
  es: plan('34', '00', '', [9, 9], ['061', '062', '080', '085', '091', '092', '112']),
  pt: plan('351', '00', '', [9, 9], ['112']),
  // The 0 of a landline number belongs to the number, from abroad too.
  it: plan('39', '00', '', [6, 11], ['112', '113', '115', '118']),
  nl: plan('31', '00', '0', [9, 9], ['112']),
  be: plan('32', '00', '0', [8, 9], ['100', '101', '112']),
  lu: plan('352', '00', '', [4, 11], ['112', '113']),
  ch: plan('41', '00', '0', [9, 9], ['112', '117', '118', '144']),
  at: plan('43', '00', '0', [4, 13], ['112', '122', '133', '144']),
  se: plan('46', '00', '0', [7, 13], ['112']),
  no: plan('47', '00', '', [8, 8], ['110', '112', '113']),
  dk: plan('45', '00', '', [8, 8], ['112']),
  fi: plan('358', '00', '0', [5, 12], ['112']),
  pl: plan('48', '00', '', [9, 9], ['112', '997', '998', '999']),
  cz: plan('420', '00', '', [9, 9], ['112', '150', '155', '158']),
  hu: plan('36', '00', '06', [8, 9], ['104', '105', '107', '112']),
  gr: plan('30', '00', '', [10, 10], ['100', '112', '166', '199']),
  cn: plan('86', '00', '0', [9, 11], ['110', '119', '120', '122']),
  hk: plan('852', '001', '', [8, 8], ['999', '112']),
  tw: plan('886', '002', '0', [8, 9], ['110', '119']),
  kr: plan('82', '001', '0', [8, 10], ['112', '119']),
  sg: plan('65', '001', '', [8, 8], ['995', '999']),
  in: plan('91', '00', '0', [10, 10], ['100', '101', '102', '108', '112']),
  au: plan('61', '0011', '0', [9, 9], ['000', '112']),
  nz: plan('64', '00', '0', [8, 10], ['111']),
  za: plan('27', '00', '0', [9, 9], ['10111', '10177', '112']),
  mx: plan('52', '00', '', [10, 10], ['911']),
  // A carrier must be chosen for every call out of the area; 21 is one that serves the whole country.
  br: plan('55', '0021', '021', [10, 11], ['190', '191', '192', '193', '197', '199']),
};

/** `undefined` for an empty or unknown code. */
export function countryProfile(country: string): CountryProfile | undefined {
  return Object.hasOwn(COUNTRY_PROFILES, country) ? COUNTRY_PROFILES[country] : undefined;
}

/** The limits where the country asks for none of its own, too. */
export function redialLimits(country: string): RedialLimits {
  return countryProfile(country)?.redial ?? MANNERS;
}
