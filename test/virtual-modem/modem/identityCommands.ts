// Who a modem says it is: +FMI?, +FMM?, +FMR? and their forms in Class 2 and V.250, and ATI.

import type { Personality } from './personality.ts';

const ANSWERS: Readonly<Record<string, 'maker' | 'model' | 'revision'>> = {
  '+FMI': 'maker',
  '+FMFR': 'maker',
  '+GMI': 'maker',
  '+FMM': 'model',
  '+FMDL': 'model',
  '+GMM': 'model',
  '+FMR': 'revision',
  '+FREV': 'revision',
  '+GMR': 'revision',
};

/** Null for any other command. */
export function identityAnswer(name: string, personality: Personality): string | null {
  const what = ANSWERS[name];
  return what === undefined ? null : personality[what];
}

/** ATI0, ATI3 …: null for those that say OK alone. */
export function informationAnswer(value: number, { ati, model }: Personality): string | null {
  return ati[value] ?? (value === 3 ? model : null);
}
