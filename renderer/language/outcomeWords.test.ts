import { expect, test } from 'vitest';
import { OUTCOMES, type OutcomeCode } from '../../protocol/outcome.ts';
import { outcomeText } from '../../protocol/outcomeTexts.ts';
import { outcomeCause } from './outcomeWords.ts';

const codes = Object.keys(OUTCOMES) as OutcomeCode[];
const directions = ['outgoing', 'incoming'] as const;

/** Names of our own codes, of T.30's frames and of service classes. */
const TECHNICAL = /[A-Z]+_[A-Z]|\b(?:DIS|DCS|CFR|FTT|DCN|RTN|PPS|EOP|ECM|CSI|TSI)\b|[Cc]lass \d|クラス/;

test.each(codes)('%s has words in both languages, and they are those of an office', (code) => {
  for (const direction of directions) {
    const texts = { en: outcomeText(code, 'en', direction), ja: outcomeText(code, 'ja', direction) };
    expect(texts.en).toMatch(/^[A-Z].+\.$/s);
    expect(texts.ja).toMatch(/[ぁ-んァ-ヶ一-龠].*。$/s);
    for (const text of Object.values(texts)) expect(text).not.toMatch(TECHNICAL);
    expect(outcomeCause(code, 'en', direction)).toMatch(/^[A-Z].{8,}\.$/s);
    expect(outcomeCause(code, 'ja', direction)).toMatch(/[ぁ-んァ-ヶ一-龠].*。$/s);
  }
});
