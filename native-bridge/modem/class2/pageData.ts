// The data of one page, from the octet that starts them to what the modem tells behind their end.

import type { Outcome } from '../../../protocol/outcome.ts';
import { dialOutcome } from '../callOutcome.ts';
import type { Heard } from './heard.ts';
import { DATA_START_MS, PAGE_RESULT_MS, silenceMs } from './limits.ts';
import type { PageIntake } from './pageIntake.ts';
import type { Class2Session } from './session.ts';
import { rateBpsOf } from './subparameters.ts';
import type { Subparameters } from './subparameters.ts';

/** Learned of the modem, over its calls. */
export interface StartHabits {
  /** What it waits for, where it is not what its profile says. */
  startOctet?: 0x11 | 0x12;
}

const DC1 = 0x11;
const DC2 = 0x12;

/** Null when the page came to its end and the modem told what follows, as far as it does. */
export async function takePageData(
  session: Class2Session,
  intake: PageIntake,
  { values, habits }: { values: Subparameters | undefined; habits: StartHabits },
): Promise<Outcome | null> {
  session.heard.forgetPage();
  session.busy = 'receivingData';
  const how = await receive(session, intake, { values, habits });
  switch (how) {
    case 'ended':
    case 'result': {
      const answer = await session.nextResult(PAGE_RESULT_MS, { isLast: hasPostPage });
      const isTold = session.heard.postPage !== null || (how === 'ended' && answer.result === 'OK');
      if (isTold && session.hangupCode() === null && !session.heard.lost) return null;
      return session.ended(answer, {
        code: 'PAGE_BROKEN_OFF',
        phase: 'C',
        detail: `${answer.result} in place of what follows a page`,
      });
    }
    case 'closed':
      session.closed = true;
      return dialOutcome('portLost', 'in the middle of a page');
    case 'timeout':
      return dialOutcome('modemSilent', 'page data stopped coming');
    case 'tooLarge':
      return session.outcome('PARAMETERS_REFUSED', 'C', 'the page has no end');
    case 'aborted':
      return session.ended(null, {
        code: 'PAGE_BROKEN_OFF',
        phase: 'C',
        detail: 'in the middle of a page',
      });
  }
}

async function receive(
  session: Class2Session,
  intake: PageIntake,
  { values, habits }: { values: Subparameters | undefined; habits: StartHabits },
): Promise<'ended' | 'timeout' | 'result' | 'closed' | 'aborted' | 'tooLarge'> {
  const { dialogue, facts } = session.tools;
  const { singleDle } = facts.profile.quirks;
  const startOctet = habits.startOctet ?? facts.profile.quirks.startOctet ?? DC2;
  const enough = new AbortController();
  const signal = AbortSignal.any([session.signal, enough.signal]);
  const begun = intake.octets;
  const onOctets = (octets: Uint8Array): void => {
    intake.push(octets);
    if (intake.isTooLarge) enough.abort();
  };
  const longest = silenceMs(rateBpsOf(values?.br ?? 0), (values?.ec ?? 0) > 0);
  if ((await dialogue.sendRaw(Uint8Array.of(startOctet))) === 'closed') return 'closed';
  let how = await dialogue.receiveData(onOctets, { silenceMs: DATA_START_MS, signal, singleDle });
  if (how === 'timeout') {
    // A modem that does not begin may be waiting for the other one of the two.
    const other = startOctet === DC2 ? DC1 : DC2;
    const isOther = intake.octets === begun;
    if (isOther && (await dialogue.sendRaw(Uint8Array.of(other))) === 'closed') return 'closed';
    how = await dialogue.receiveData(onOctets, { silenceMs: longest, signal, singleDle });
    if (isOther && how === 'ended' && intake.octets > begun) habits.startOctet = other;
  }
  return how === 'aborted' && intake.isTooLarge ? 'tooLarge' : how;
}

function hasPostPage({ postPage }: Heard): boolean {
  return postPage !== null;
}
