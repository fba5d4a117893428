// What this window remembers on this PC: language, theme, that the welcome was seen. Never needed to work.

type PreferenceName = 'language' | 'theme' | 'welcomeSeen';

/** `undefined` when it was never kept, or may not be read (private windows, blocked storage). */
export function readPreference(name: PreferenceName): string | undefined {
  try {
    return localStorage.getItem(`hikyaku.${name}`) ?? undefined;
  } catch {
    return undefined;
  }
}

export function writePreference(name: PreferenceName, value: string): void {
  try {
    localStorage.setItem(`hikyaku.${name}`, value);
  } catch {
    // Without storage the choice holds until the window is closed.
  }
}
