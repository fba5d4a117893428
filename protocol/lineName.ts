// The name of a telephone line that nobody has named: kept in English, shown in each person's language.

export const automaticLineName = (number: number): string => `Line ${number}`;

/** `2` of “Line 2”; `undefined` of a name that a person gave. */
export function numberOfAutomaticLineName(name: string): number | undefined {
  const digits = /^Line ([1-9]\d{0,4})$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
