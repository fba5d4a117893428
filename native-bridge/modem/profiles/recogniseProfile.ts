// Which profile a modem has.

import type { ModemProfile } from './profile.types.ts';
import { GENERIC_PROFILE, PROFILES } from './profiles.ts';

/** A profile by its name. */
export function profileByName(name: string): ModemProfile | undefined {
  return [...PROFILES, GENERIC_PROFILE].find((profile) => profile.name === name);
}

/**
 * @param answers what it said to +FMI, +FMM, +FMR and ATI, in one text
 * @param usb `vendor:product` of the port, where it is known
 * @param override the name of a profile that the user chose; one that does not exist counts for nothing
 */
export function recogniseProfile(
  answers: string,
  usb: string | undefined,
  override: string | undefined,
): ModemProfile {
  const chosen = override === undefined ? undefined : profileByName(override);
  if (chosen) return chosen;
  const id = usb?.toLowerCase();
  return (
    PROFILES.find(({ match }) => id !== undefined && match.usb?.includes(id)) ??
    PROFILES.find(({ match }) => match.answers?.test(answers)) ??
    GENERIC_PROFILE
  );
}
