// The journal of a call in sentences that a person can follow. English: the log of a call reads the same everywhere.

import { describeCapabilities, describeParameters, describeRate } from './frames/describeCapabilities.ts';
import type { JournalEvent } from './journal.ts';
import { OUTCOMES } from './outcomeCatalogue.ts';

const PHASES = {
  A: 'Call set-up.',
  B: 'The machines introduce themselves.',
  C: 'A page is on its way.',
  D: 'The page is being confirmed.',
  E: 'The call is being released.',
} as const;

const IGNORED = {
  badFcs: 'it was damaged',
  echo: 'it was our own echo',
  unexpected: 'it does not belong here',
  malformed: 'it cannot be read',
} as const;

const GIVEN = {
  SUB: 'a subaddress',
  SEP: 'the address of a document to be fetched',
  SID: 'a password',
  PSA: 'the subaddress of a document to be fetched',
  PWD: 'a password',
} as const;

const TRAINING = {
  sent: 'sent',
  good: 'good',
  bad: 'bad',
  accepted: 'accepted',
  refused: 'refused',
} as const;

/** One sentence per event, without the time. Pages and blocks are counted from 1 as people do. */
export function describeEvent(event: JournalEvent): string {
  switch (event.type) {
    case 'phase':
      return PHASES[event.phase];
    case 'frameSent':
      return event.attempt > 1
        ? `Sent ${event.name}, for the ${ordinal(event.attempt)} time.`
        : `Sent ${event.name}.`;
    case 'frameReceived':
      return `Received ${event.name}.`;
    case 'frameIgnored':
      return `Ignored ${event.name === 'unknown' ? 'a frame' : event.name}: ${IGNORED[event.reason]}.`;
    case 'remoteIdentity':
      return event.id === ''
        ? 'They give no number.'
        : `They call themselves “${event.id}” (${event.frame}).`;
    case 'remoteMaker':
      return event.stationName === null
        ? `Their machine was made by ${event.maker}.`
        : `Their machine was made by ${event.maker} and is named “${event.stationName}”.`;
    case 'remoteSubaddress':
      return event.given
        ? `They gave ${GIVEN[event.frame]} (${event.frame}).`
        : `They sent an empty ${event.frame}.`;
    case 'remoteCapabilities':
      return `They ${describeCapabilities(event.capabilities)}.`;
    case 'agreed':
      return `Chosen: ${describeParameters(event.parameters)}.`;
    case 'training':
      return `Training with ${describeRate(event.rate)} ${event.direction === 'send' ? 'to them' : 'from them'}: ${TRAINING[event.result]}.`;
    case 'fallBack':
      return `Falling back from ${describeRate(event.from)} to ${describeRate(event.to)}.`;
    case 'pageBegins':
      return (
        `Page ${event.page + 1} ${event.direction === 'send' ? 'is being sent' : 'is arriving'}` +
        (event.attempt > 1 ? `, for the ${ordinal(event.attempt)} time.` : '.')
      );
    case 'blockSent':
      return `Page ${event.page + 1}, block ${event.block + 1}: ${count(event.frames, 'frame')} sent.`;
    case 'blockReceived':
      return (
        `Page ${event.page + 1}, block ${event.block + 1}: ` +
        (event.missing === 0
          ? `all ${count(event.frames, 'frame')} arrived.`
          : `${event.missing} of ${count(event.frames, 'frame')} missing.`)
      );
    case 'pageReceived':
      return arrival(event);
    case 'pageConfirmed':
      return event.direction === 'send'
        ? `They confirmed page ${event.page + 1}.`
        : `We stored and confirmed page ${event.page + 1}.`;
    case 'pageRefused':
      return event.direction === 'send'
        ? `They did not accept page ${event.page + 1} (${event.by}).`
        : `We did not accept page ${event.page + 1} (${event.by}).`;
    case 'waitingForHost':
      return event.doing === 'prepare'
        ? `Waiting until page ${event.page + 1} is made ready.`
        : `Waiting until page ${event.page + 1} is stored.`;
    case 'timeout':
      return `Waited in vain for ${event.waitingFor} (${event.timer}).`;
    case 'ended':
      return event.outcome.code === 'OK' || event.outcome.detail === ''
        ? OUTCOMES[event.outcome.code].text
        : `${OUTCOMES[event.outcome.code].text} (${event.outcome.detail})`;
  }
}

function arrival({ page, quality, endSeen }: Extract<JournalEvent, { type: 'pageReceived' }>): string {
  if (quality?.rows === 0) return `Nothing of page ${page + 1} arrived that can be read.`;
  const state =
    quality === null || quality.badRows === 0
      ? 'undamaged'
      : `with ${quality.badRows} damaged of ${count(quality.rows, 'line')}, at most ${quality.longestBadRun} in a row`;
  return `Page ${page + 1} arrived ${state}${endSeen ? '' : ', but without its end'}.`;
}

function ordinal(attempt: number): string {
  const last = attempt % 10;
  const teen = attempt % 100 >= 11 && attempt % 100 <= 13;
  if (teen || last === 0 || last > 3) return `${attempt}th`;
  return `${attempt}${['', 'st', 'nd', 'rd'][last] ?? 'th'}`;
}

function count(number: number, noun: string): string {
  return number === 1 ? `1 ${noun}` : `${number} ${noun}s`;
}
