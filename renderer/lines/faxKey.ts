// Subaddresses, polling addresses and passwords as T.30 carries them (§5.3.6: SUB, SEP, PWD).

/** Digits, `*`, `#` and blanks, at most 20; empty is none. */
export const isFaxKey = (text: string): boolean => /^[0-9*# ]{0,20}$/.test(text);
