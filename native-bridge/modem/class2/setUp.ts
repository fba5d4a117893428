// Before a Class 2 call: the modem is put into its class and told what to do. Commands that a modem does not know are
// refused by it and do no harm; only the class itself is needed.

import { buildIdentity, parseIdentity } from '../../../fax/t30/frames/identity.ts';
import type { Outcome } from '../../../protocol/outcome.ts';
import { dialOutcome } from '../callOutcome.ts';
import type { AnswerRequest, DialRequest } from '../faxDriver.types.ts';
import { SETTING_MS } from './limits.ts';
import type { Class2Session } from './session.ts';
import { writeSubparameters } from './subparameters.ts';
import type { Subparameters } from './subparameters.ts';

const CLASS_TRIES = 2;

/** Null when the modem is ready for the call. */
export async function setUp(
  session: Class2Session,
  request: DialRequest | AnswerRequest,
  own: Subparameters,
): Promise<Outcome | null> {
  const unfit = await chooseClass(session);
  if (unfit !== null) return unfit;
  const { dialect, tools } = session;
  const { profile } = tools.facts;
  const isCaller = request.type === 'dial';
  const id = identity(tools.localId);
  const optional = [
    ...profile.afterClass.map((command) => command.replace(/^AT/iu, '')),
    ...(dialect.flowControl === null ? [] : [`${dialect.flowControl}=${FLOW[profile.flowControl]}`]),
    ...(id === '' ? [] : [`${dialect.ownId}="${id}"`, `${dialect.pollingId}="${id}"`]),
    `+FCR=${isCaller || request.receives ? 1 : 0}`,
    ...dialect.settings,
    // What an earlier call gave must not go to another number.
    ...[dialect.subaddress, dialect.pollingAddress, dialect.password].flatMap((command) =>
      command === null ? [] : `${command}=""`,
    ),
    `${dialect.askToPoll}=${isCaller && request.poll !== undefined ? 1 : 0}`,
    `${dialect.documentToPoll}=${!isCaller && request.documents.length > 0 ? 1 : 0}`,
  ];
  for (const command of optional) {
    const broken = await tell(session, command);
    if (broken !== null) return broken;
  }
  return offer(session, own);
}

const FLOW = { none: 0, software: 1, hardware: 2 } as const;

async function chooseClass(session: Class2Session): Promise<Outcome | null> {
  for (let attempt = 1; ; attempt++) {
    const { result } = await session.command(`AT+FCLASS=${session.dialect.faxClass}`, SETTING_MS);
    if (result === 'OK') return null;
    const over = broken(result);
    if (over !== null && (result !== 'timeout' || attempt >= CLASS_TRIES)) return over;
    if (result === 'timeout') session.tools.dialogue.reset();
    if (attempt >= CLASS_TRIES) {
      return dialOutcome('modemSilent', `${result} to AT+FCLASS=${session.dialect.faxClass}`);
    }
  }
}

/** Null unless the modem or the port is gone, or a person hung up. */
async function tell(session: Class2Session, command: string): Promise<Outcome | null> {
  const { result } = await session.command(`AT${command}`, SETTING_MS);
  if (result !== 'timeout') return broken(result);
  // One answer may be lost; a modem that does not even say OK to AT is gone.
  session.tools.dialogue.reset();
  return broken((await session.command('AT', SETTING_MS)).result);
}

/**
 * Capabilities: all of them, else without the finer resolutions, which some list as bits and take one by one, else without
 * the last ones, which old modems do not know; else what the modem has set.
 */
async function offer(session: Class2Session, own: Subparameters): Promise<Outcome | null> {
  const { capabilities, base } = session.dialect;
  const whole = writeSubparameters(own, base);
  const plain = writeSubparameters({ ...own, vr: own.vr & 1, df: 0, ec: 0 }, base);
  const fine = writeSubparameters({ ...own, vr: own.vr & 1 }, base);
  for (const values of new Set([whole, fine, plain, plain.split(',').slice(0, 2).join(',')])) {
    const { result } = await session.command(`AT${capabilities}=${values}`, SETTING_MS);
    if (result === 'OK') return null;
    const over = broken(result);
    if (over !== null) return over;
  }
  return null;
}

/** As T.30 has it: printable ASCII without the quote that would end it. */
function identity(text: string): string {
  return parseIdentity(buildIdentity(text)).replace(/["\\;]/gu, '');
}

function broken(result: string): Outcome | null {
  switch (result) {
    case 'timeout':
      return dialOutcome('modemSilent');
    case 'closed':
      return dialOutcome('portLost');
    case 'aborted':
      return dialOutcome('cancelled');
    default:
      return null;
  }
}
