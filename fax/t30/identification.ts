// The opening of a call, as both ends see it: what a station says of itself, and what it learns of the other.

import { parseCapabilities, buildCapabilities } from './frames/capabilities.ts';
import { buildFrame } from './frames/frame.ts';
import type { Frame } from './frames/frame.ts';
import { buildIdentity, parseIdentity } from './frames/identity.ts';
import { parseNonStandard } from './frames/nonStandard.ts';
import type { JournalEvent } from './journal.ts';
import type { CallPlan } from './machine.ts';
import { ownCapabilities } from './negotiation/ownCapabilities.ts';
import type { Capabilities } from './parameters.ts';

export interface Identification {
  /** For the journal, in the order of the frames. */
  names: readonly string[];
  /** Optional frames first, the last one final (T.30 §5.3.6.2). */
  frames: readonly Uint8Array[];
}

/** CSI and DIS of an answerer. */
export function answererIdentification(plan: CallPlan): Identification {
  const fif = buildCapabilities(ownCapabilities(plan, 'answer'));
  return identification([{ name: 'CSI', text: plan.localId }], 'DIS', fif);
}

/**
 * PWD, SEP, CIG and DTC of a caller that polls. PWD and SEP only for a machine that takes them (DIS bits 50 and 47); the
 * same bits of the DTC say that they were sent, and 49 has no meaning there.
 */
export function pollIdentification(plan: CallPlan, remote: Capabilities): Identification {
  const password = remote.password ? plan.poll?.password : null;
  const address = remote.selectivePolling ? plan.poll?.address : null;
  const fif = buildCapabilities({
    ...ownCapabilities(plan, 'poll'),
    subaddress: false,
    password: isGiven(password),
    selectivePolling: isGiven(address),
  });
  const optional = [
    { name: 'PWD', text: password },
    { name: 'SEP', text: address },
    { name: 'CIG', text: plan.localId },
  ] as const;
  return identification(optional, 'DTC', fif);
}

/** What the frames of a command tell about the far end, for the journal. */
export function eventsOf(frames: readonly Frame[]): readonly JournalEvent[] {
  return frames.flatMap(eventOf);
}

function eventOf({ name, fif }: Frame): readonly JournalEvent[] {
  if (name === 'CSI' || name === 'TSI' || name === 'CIG') {
    return [{ type: 'remoteIdentity', frame: name, id: parseIdentity(fif) }];
  }
  if (name === 'NSF') return [{ type: 'remoteMaker', ...parseNonStandard(fif) }];
  if (name === 'SUB' || name === 'SEP' || name === 'SID' || name === 'PSA' || name === 'PWD') {
    return [{ type: 'remoteSubaddress', frame: name, given: parseIdentity(fif) !== '' }];
  }
  return name === 'DIS' || name === 'DTC'
    ? [{ type: 'remoteCapabilities', capabilities: parseCapabilities(fif) }]
    : [];
}

interface OptionalFrame {
  name: 'CSI' | 'PWD' | 'SEP' | 'CIG';
  text: string | null | undefined;
}

function identification(
  optional: readonly OptionalFrame[],
  mandatory: 'DIS' | 'DTC',
  fif: Uint8Array,
): Identification {
  const given = optional.flatMap(({ name, text }) => (isGiven(text) ? [{ name, text }] : []));
  // None of these has an X bit.
  const x = false;
  return {
    names: [...given.map(({ name }) => name), mandatory],
    frames: [
      ...given.map(({ name, text }) => buildFrame(name, { x, fif: buildIdentity(text), final: false })),
      buildFrame(mandatory, { x, fif }),
    ],
  };
}

function isGiven(text: string | null | undefined): text is string {
  return text !== null && text !== undefined && text !== '';
}
