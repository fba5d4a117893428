// What a line test says: what was found and what to do, in plain English.

import type { Line, LineTestReport } from '../../protocol/api/lines.ts';
import type { CallReport, LineTestResult } from '../../protocol/modem.ts';
import type { OutcomeCode } from '../../protocol/outcome.ts';
import { outcomeWords } from '../calls/outcomeWords.ts';
import { lineText, modemName } from './lineTexts.ts';

export interface TestCall {
  number: string;
  report: CallReport;
}

/** `line`: as it is after the test. */
export function lineTestReport(
  line: Line,
  result: LineTestResult,
  call: TestCall | undefined,
): LineTestReport {
  const isWell = result.answers && line.state === 'ready' && result.dialTone !== 'notHeard';
  return {
    ...result,
    lineId: line.id,
    passed: isWell && (call === undefined || heardFax(call.report)),
    text: [...modemTexts(line, result), ...(call === undefined ? [] : [callText(call)])].join(' '),
    ...(call === undefined ? {} : { call: call.report }),
  };
}

/** A fax machine that let itself be heard is all that a call without pages asks for. */
export function heardFax({ outcome, remoteId, abilities }: CallReport): boolean {
  return outcome.code === 'CONFIRMED' || remoteId !== undefined || abilities !== undefined;
}

function modemTexts(line: Line, result: LineTestResult): string[] {
  if (!result.answers) {
    // The state of a line may be better than the answer that it gave.
    return [line.state === 'ready' ? 'The modem did not answer the test. Try again.' : lineText(line)];
  }
  const modem = result.modem ?? line.modem;
  const found = modem === undefined ? 'The modem answers.' : `The modem answers: ${modemName(modem)}.`;
  if (line.state !== 'ready') return [found, lineText(line)];
  return [found, DIAL_TONE_TEXTS[result.dialTone]];
}

const DIAL_TONE_TEXTS: Record<LineTestResult['dialTone'], string> = {
  heard: 'The telephone line has a dial tone.',
  notHeard:
    'No dial tone was heard. Check the cable from the modem to the telephone socket, and that nobody is using the line. ' +
    'Behind an exchange whose dial tone modems do not know, let the line dial without waiting for it.',
  unknown: 'This modem can tell only by a call whether the telephone line has a dial tone.',
};

/** Nothing is tried again after a test, as the outcomes' own texts have it. */
const CALL_TEXTS: Partial<Record<OutcomeCode, string>> = {
  TEL_BUSY: 'The number is busy. The line itself works.',
  TEL_NO_ANSWER: 'Nobody answered.',
  TEL_NO_FAX: 'Somebody or something answered, but no fax machine was heard.',
  TEL_VOICE: 'A person answered.',
  TEL_DELAYED: 'The modem holds this number back for a while, after too many attempts.',
  LINE_NO_DIAL_TONE: DIAL_TONE_TEXTS.notHeard,
  LINE_BROKEN: 'The line or the modem broke off. Test again, and look at the cables if it happens again.',
  FAX_HUNG_UP: 'A fax machine answered, and hung up.',
  FAX_NO_RESPONSE: 'A fax machine answered, and fell silent.',
};

function callText({ number, report }: TestCall): string {
  if (!heardFax(report)) {
    return `The test call to ${number}: ${CALL_TEXTS[report.outcome.code] ?? outcomeWords(report.outcome)}`;
  }
  const name = report.remoteId === undefined ? '' : `, which calls itself “${report.remoteId}”`;
  return `A fax machine answered the test call to ${number}${name}.`;
}
