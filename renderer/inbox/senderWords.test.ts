import { expect, test } from 'vitest';
import { canBeReached, destinationWords } from '../language/destinationWords.ts';
import type { Translate } from '../language/language.tsx';
import { senderAddress, senderName } from './senderWords.ts';

const t: Translate = (id) => id;

test.each([
  ['tel:+81312345678', '+81312345678', true],
  ['kyoto-office', 'kyoto-office', true],
  ['tel:', 'destination.unknown', false],
])('%s is shown as %s', (destination, words, reached) => {
  expect(destinationWords(destination, t)).toBe(words);
  expect(canBeReached(destination)).toBe(reached);
});

test.each([
  [{ from: 'kyoto-office', fromName: 'Kyoto', contactName: '京都支店' }, '京都支店', 'kyoto-office'],
  [{ from: 'tel:+81312345678', fromName: '', callerName: 'TOKYO CO' }, 'TOKYO CO', '+81312345678'],
  [{ from: 'tel:+81312345678', fromName: ' ' }, '+81312345678', 'inbox.byTelephone'],
  [{ from: 'tel:', fromName: '', remoteId: 'KOBE 12' }, 'KOBE 12', 'inbox.byTelephone'],
  [{ from: 'tel:', fromName: '' }, 'destination.unknown', 'inbox.byTelephone'],
])('%o is named by the best that is known', (document, name, address) => {
  expect(senderName(document, t)).toBe(name);
  expect(senderAddress(document, t)).toBe(address);
});
