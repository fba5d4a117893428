import { describe, expect, test } from 'vitest';
import { answererIdentification, pollIdentification } from './identification.ts';
import { parseCapabilities } from './frames/capabilities.ts';
import { parseFrame } from './frames/frame.ts';
import { parseIdentity } from './frames/identity.ts';
import type { Identification } from './identification.ts';
import type { Capabilities } from './parameters.ts';
import { testPlan } from './testing/testPlans.ts';

function capabilitiesOf({ frames }: Identification): Capabilities {
  return parseCapabilities(parseFrame(frames.at(-1) ?? new Uint8Array())?.fif ?? new Uint8Array());
}

describe('the DTC of a caller that polls', () => {
  const remote = capabilitiesOf(answererIdentification(testPlan()));

  test.each([
    ['both are sent to a machine that takes both', true, true, ['PWD', 'SEP', 'CIG', 'DTC'], true, true],
    [
      'the password is kept from a machine that does not take it',
      false,
      true,
      ['SEP', 'CIG', 'DTC'],
      false,
      true,
    ],
    [
      'the address is kept from a machine that does not take it',
      true,
      false,
      ['PWD', 'CIG', 'DTC'],
      true,
      false,
    ],
  ])(
    '%s, and its bits say what was sent',
    (_, takesPassword, takesAddress, names, password, selectivePolling) => {
      const plan = testPlan({ poll: { address: '4711', password: '0815' } });
      const dtc = pollIdentification(plan, {
        ...remote,
        password: takesPassword,
        selectivePolling: takesAddress,
      });
      expect(dtc.names).toEqual(names);
      expect(capabilitiesOf(dtc)).toMatchObject({ password, selectivePolling, subaddress: false });
    },
  );

  test('without password and address nothing is said of them', () => {
    const dtc = pollIdentification(testPlan({ poll: { address: null, password: '' } }), remote);
    expect(dtc.names).toEqual(['CIG', 'DTC']);
    expect(capabilitiesOf(dtc)).toMatchObject({ password: false, selectivePolling: false });
  });
});

test('an answerer without a number sends DIS alone, and one with a number CSI before it', () => {
  expect(answererIdentification(testPlan({ localId: '' })).names).toEqual(['DIS']);
  const { names, frames } = answererIdentification(testPlan({ localId: '+81 75 1' }));
  expect(names).toEqual(['CSI', 'DIS']);
  expect(parseIdentity(parseFrame(frames[0] ?? new Uint8Array())?.fif ?? new Uint8Array())).toBe('+81 75 1');
});
