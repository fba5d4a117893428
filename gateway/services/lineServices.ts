// The API's services for telephone lines, the calls over them, and the machines at the other end.

import type { LineServices } from '../../protocol/api/services.ts';
import type { Lines } from '../lines/lines.types.ts';

export interface LineServicesOptions {
  lines: Lines;
  settingsChanged: () => void;
}

type Of<Name extends keyof LineServices> = Pick<LineServices, Name>;

/** Lines and how they are used. */
export function createLineServices({
  lines,
  settingsChanged,
}: LineServicesOptions): Of<
  | 'listLines'
  | 'scanLines'
  | 'addLine'
  | 'changeLine'
  | 'removeLine'
  | 'testLine'
  | 'answerLine'
  | 'hangUp'
  | 'telephoneSettings'
  | 'changeTelephoneSettings'
> {
  return {
    listLines: () => lines.list(),
    scanLines: (request) => lines.scan(request?.paths),
    addLine: (line) => lines.add(line),
    changeLine: ({ lineId, change }) => lines.change(lineId, change),
    removeLine: (lineId) => lines.remove(lineId),
    testLine: ({ lineId, number }) => lines.test(lineId, number),
    answerLine: (lineId) => lines.answer(lineId),
    hangUp: (callId) => lines.hangUp(callId),
    telephoneSettings: () => lines.settings(),
    changeTelephoneSettings(change) {
      const changed = lines.changeSettings(change);
      settingsChanged();
      return changed;
    },
  };
}
