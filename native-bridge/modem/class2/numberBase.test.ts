// Modems write the numbers of +FDCC and its like as decimals or as hexadecimals, whatever their class has: they are answered
// in the base that they use.

import { expect, test } from 'vitest';
import { CLASSES, DIAL, play } from './playCall.testSupport.ts';

const EVERY_VR = Array.from({ length: 0x80 }, (_, value) => value);
const CAPABILITIES = [EVERY_VR, [0, 1, 2, 3, 4, 5], [0], [0, 1, 2], [0, 1], [0], [0], [0]];
/** Superfine in inches: VR is 20 in hexadecimal, 32 in decimal. */
const DOCUMENT = { pages: [{ width: 1728, height: 40, xDpi: 204, yDpi: 391 }] };

test.each(CLASSES.flatMap((faxClass) => ([10, 16] as const).map((base) => [faxClass, base] as const)))(
  'Class %s in base %i',
  async (faxClass, base) => {
    const vr = base === 16 ? '20' : '32';
    const all = base === 16 ? '7F' : '127';
    const { report, modem } = await play(
      { faxClass, far: { dis: `${vr},5,0,2,1,0,0,0` } },
      { ...DIAL, documents: [DOCUMENT] },
      { facts: { class2Capabilities: CAPABILITIES, class2Base: base } },
    );
    const [capabilities, session] = faxClass === '2' ? ['+FDCC', '+FDIS'] : ['+FCC', '+FIS'];
    expect(modem.commands).toContain(`${capabilities}=${all},5,0,2,1,0,0,0`);
    expect(modem.commands).toContain(`${session}=${vr},5,0,0,1,0,0,0`);
    expect(report).toMatchObject({ outcome: { code: 'CONFIRMED' }, resolution: 'R8x15.4' });
  },
);

test('a modem that takes no finer resolution keeps error correction and MMR', async () => {
  const { modem } = await play({ faxClass: '2', far: {}, unknown: ['+FDCC=7F'] }, DIAL, {
    facts: {
      class2Capabilities: [EVERY_VR, [5], [0], [2], [0, 1, 2, 3], [0, 1, 2], [0], [0]],
      class2Base: 16,
    },
  });
  expect(modem.commands.filter((command) => command.startsWith('+FDCC'))).toEqual([
    '+FDCC=7F,5,0,2,3,2,0,0',
    '+FDCC=1,5,0,2,3,2,0,0',
  ]);
});
