// Search over titles and names: every word must be found, whatever its case or width.

/** Full-width and half-width forms, case and compatibility characters made one. */
export function searchable(...parts: (string | undefined)[]): string {
  return parts
    .filter((part) => part !== undefined)
    .join('\n')
    .normalize('NFKC')
    .toLowerCase();
}

/** One LIKE pattern per word (for `LIKE ? ESCAPE '\'`); none for an empty search. At most eight words count. */
export function searchPatterns(search: string | undefined): string[] {
  return searchable(search)
    .split(/\s+/u)
    .filter((word) => word !== '')
    .slice(0, 8)
    .map((word) => `%${word.replaceAll(/[\\%_]/gu, String.raw`\$&`)}%`);
}
