// How numbers are dialled and tried again until somebody decides otherwise.

import type { TelephoneSettings } from './lines.ts';

export const DEFAULT_TELEPHONE_SETTINGS: TelephoneSettings = {
  country: '',
  retry: {
    busy: { delaySeconds: 60, tries: 12 },
    noAnswer: { delaySeconds: 300, tries: 3 },
    noFax: { delaySeconds: 300, tries: 3 },
    cannotReceive: { delaySeconds: 600, tries: 6 },
    training: { delaySeconds: 120, tries: 3 },
    pageRejected: { delaySeconds: 120, tries: 3 },
    broken: { delaySeconds: 60, tries: 5 },
    line: { delaySeconds: 30, tries: 100 },
  },
  cheapHours: { from: '22:00', to: '06:00' },
  wrongNumberGuard: 'note',
  rules: [],
  copyQuality: { minGoodPercent: 95, maxBadRun: 5 },
  receivePassword: '',
  answerWithinSeconds: 60,
};
