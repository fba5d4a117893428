import { describe, expect, test } from 'vitest';
import { beginAnswering, stepAnswerer } from './answerer.ts';
import type { AnswererState } from './answerer.ts';
import { buildCapabilities, parseCapabilities } from './frames/capabilities.ts';
import { parseFrame } from './frames/frame.ts';
import { parseIdentity } from './frames/identity.ts';
import type { Effect, Input } from './machine.ts';
import { ownCapabilities } from './negotiation/ownCapabilities.ts';
import {
  FAST_ON,
  HandDriver,
  SENT,
  START,
  STORED,
  V21_OFF,
  V21_ON,
  dcs,
  frame,
  hear,
  hearDamaged,
  identity,
  page,
  tcf,
  timer,
  v21Frame,
} from './testing/handDriver.ts';
import { testPages } from './testing/testPages.ts';
import { testPlan } from './testing/testPlans.ts';
import type { PlanOptions } from './testing/testPlans.ts';

function station(options: PlanOptions = {}): HandDriver<AnswererState> & { effects: Effect[] } {
  const effects: Effect[] = [];
  const driver = new HandDriver(beginAnswering(testPlan(options)), (state: AnswererState, input: Input) => {
    const step = stepAnswerer(state, input);
    effects.push(...step.effects);
    return step;
  });
  return Object.assign(driver, { effects });
}

function identified(options: PlanOptions = {}): HandDriver<AnswererState> & { effects: Effect[] } {
  const driver = station(options);
  driver.give(START, SENT);
  return driver;
}

const dtc = frame('DTC', buildCapabilities(ownCapabilities(testPlan(), 'poll')));

function sentFrames(effects: readonly Effect[]): { name: string; fif: Uint8Array }[] {
  return effects.flatMap((effect) =>
    effect.type === 'sendFrames' ? effect.frames.flatMap((octets) => parseFrame(octets) ?? []) : [],
  );
}

describe('identification', () => {
  test('says who we are and what we can do', () => {
    const driver = station({ localId: '+81 75 1', documents: [testPages(1, 4)] });
    driver.give(START);
    const [csi, dis] = sentFrames(driver.effects);
    expect(csi === undefined ? '' : parseIdentity(csi.fif)).toBe('+81 75 1');
    const capabilities = parseCapabilities(dis?.fif ?? new Uint8Array(0));
    expect(capabilities).toMatchObject({ canReceive: true, hasDocumentToPoll: true, ecm: true });
  });

  test('is said every T4 until T1 is over, then DCN', () => {
    const driver = station();
    driver.tellTimers = true;
    expect(driver.give(START)).toEqual(['T1 35000', 'send CSI DIS', 'carrier 20000']);
    expect(driver.give(SENT)).toEqual(['listen', 'T4 3200']);
    expect(driver.give(timer('T4'))).toEqual(['send CSI DIS', 'carrier 20000']);
    driver.tellTimers = false;
    expect(driver.give(SENT, timer('T1'), SENT)).toEqual([
      'listen',
      'send DCN',
      'end T1_TIMEOUT_ANSWERING B 0',
    ]);
  });

  test('hears out what has begun when T1 ends', () => {
    const speaking = identified();
    expect(speaking.give(V21_ON, timer('T1'), v21Frame(dcs()), V21_OFF)).toEqual(['receive TCF 14400 long']);
    const damaged = identified();
    expect(damaged.give(V21_ON, timer('T1'), V21_OFF, SENT)).toEqual([
      'send DCN',
      'end T1_TIMEOUT_ANSWERING B 0',
    ]);
    const useless = identified();
    expect(useless.give(V21_ON, timer('T1'), v21Frame(frame('MPS')), V21_OFF)).toEqual(['send DCN']);
    const saying = identified();
    expect(saying.give(timer('T4'), timer('T1'), SENT, SENT)).toEqual([
      'send CSI DIS',
      'send DCN',
      'end T1_TIMEOUT_ANSWERING B 0',
    ]);
  });

  test('lets a damaged DCS and its TCF pass before it is said again', () => {
    const driver = identified();
    expect(driver.give(...hearDamaged())).toEqual(['listen']);
    expect(driver.timers.get('T4')).toBe(3700);
    expect(driver.timers.has('T1')).toBe(true);
    expect(driver.give(timer('T4'))).toEqual(['send CSI DIS']);
  });

  test('is not said while something is heard, and again at CRP', () => {
    const driver = identified();
    expect(driver.give(V21_ON, timer('T4'), V21_OFF)).toEqual(['listen']);
    expect(driver.give(...hear(frame('CRP')))).toEqual(['send CSI DIS']);
  });

  test('passes over its own echo, other commands and carriers', () => {
    const driver = identified();
    expect(driver.give(...hear(frame('DIS')))).toEqual(['listen']);
    expect(driver.give(...hear(frame('EOP')))).toEqual(['listen']);
    expect(driver.give(FAST_ON, STORED, { type: 'pageReady', page: 3, data: new Uint8Array(1) })).toEqual([]);
    expect(driver.events).toContainEqual({ type: 'frameIgnored', name: 'DIS', reason: 'echo' });
    expect(driver.events).toContainEqual({ type: 'frameIgnored', name: 'EOP', reason: 'unexpected' });
  });

  test('ends at DCN, abort, a lost line, and when the modem cannot send', () => {
    expect(identified().give(...hear(frame('DCN')))).toEqual(['end DCN_IN_IDENTIFICATION B 0']);
    const abort: Input = { type: 'abort', detail: '' };
    expect(identified().give(abort, SENT)).toEqual(['send DCN', 'end ABORTED B 0']);
    expect(identified().give(V21_ON, abort, V21_OFF, SENT)).toEqual(['send DCN', 'end ABORTED B 0']);
    const saying = station();
    expect(saying.give(START, abort, SENT, SENT)).toEqual(['send CSI DIS', 'send DCN', 'end ABORTED B 0']);
    expect(identified().give({ type: 'lineLost', detail: '' })).toEqual(['end LINE_LOST B 0']);
    const stuck = station();
    expect(stuck.give(START, timer('carrier'))).toEqual(['send CSI DIS', 'end SEND_FAILED B 0']);
    const failed: Input = { type: 'sendFailed', detail: 'ERROR' };
    const refusing = station();
    expect(refusing.give(START, failed, failed, failed, failed)).toEqual([
      'send CSI DIS',
      'send CSI DIS',
      'send CSI DIS',
      'send DCN',
      'end SEND_FAILED B 0',
    ]);
  });

  test('has not begun before the connection is there', () => {
    const driver = station();
    expect(driver.give(v21Frame(dcs()), SENT, timer('T1'), FAST_ON)).toEqual([]);
    expect(driver.events).toEqual([{ type: 'frameIgnored', name: 'DCS', reason: 'unexpected' }]);
    expect(driver.give({ type: 'abort', detail: '' })).toEqual(['end ABORTED B 0']);
  });

  test('is not disturbed by frames while it is said', () => {
    const driver = station();
    expect(driver.give(START, v21Frame(frame('DCN')), SENT)).toEqual(['send CSI DIS', 'listen']);
  });
});

describe('a poll', () => {
  const document = testPages(1, 4);

  test('is answered with the document, then DCN', () => {
    const driver = identified({ documents: [document] });
    expect(driver.give(...hear(identity('CIG', '42'), dtc))).toContain('prepare 0');
    const told = driver.give({ type: 'pageReady', page: 0, data: new Uint8Array(100) });
    expect(told).toEqual(['send TSI DCS']);
    expect(driver.give(SENT)).toEqual(['send TCF 14400 long']);
    expect(driver.give(SENT, ...hear(frame('CFR')))).toEqual(['listen', 'send ECM 14400 short']);
    expect(driver.give(SENT)).toEqual(['send PPS-EOP']);
    expect(driver.give(SENT, ...hear(frame('MCF')))).toEqual(['listen', 'send DCN']);
    driver.give(SENT);
    expect(driver.effects.at(-1)).toMatchObject({ type: 'end', outcome: { code: 'OK', pagesSent: 1 } });
    expect(driver.events).toContainEqual({ type: 'remoteIdentity', frame: 'CIG', id: '42' });
    expect(sentFrames(driver.effects).find(({ name }) => name === 'DCS')).toMatchObject({ x: false });
  });

  test('without a document ends with DCN', () => {
    expect(identified().give(...hear(dtc), SENT)).toEqual(['send DCN', 'end NOTHING_TO_POLL B 0']);
  });

  test.each([
    ['neither', [], 'PASSWORD_REFUSED', 'NOTHING_TO_POLL'],
    ['the right password', [identity('PWD', '77')], null, 'NOTHING_TO_POLL'],
    ['a wrong password', [identity('PWD', '78')], 'PASSWORD_REFUSED', 'NOTHING_TO_POLL'],
    ['the right address', [identity('SEP', '77')], 'PASSWORD_REFUSED', null],
    ['a wrong address', [identity('SEP', '7')], 'PASSWORD_REFUSED', 'NOTHING_TO_POLL'],
  ] as const)('that gives %s is held against password and address', (_, frames, byPassword, byAddress) => {
    for (const [answer, code] of [
      [{ pollPassword: '77' }, byPassword],
      [{ pollAddress: ' 77' }, byAddress],
    ] as const) {
      const told = identified({ documents: [document], answer }).give(...hear(...frames, dtc), SENT);
      if (code === null) expect(told).toContain('prepare 0');
      else expect(told).toEqual(['send DCN', `end ${code} B 0`]);
    }
  });

  test('gets one document after the other, each with a new phase B that offers what is left', () => {
    const driver = identified({ documents: [document, document] });
    const ready = (number: number): Input => ({ type: 'pageReady', page: number, data: new Uint8Array(100) });
    driver.give(...hear(dtc), ready(0), SENT, SENT, ...hear(frame('CFR')), SENT);
    // The page after the EOM may be ready before it is asked for again.
    expect(driver.give(SENT, ...hear(frame('MCF')))).toContain('send CSI DIS');
    const offered = (): boolean =>
      parseCapabilities(
        sentFrames(driver.effects).findLast(({ name }) => name === 'DIS')?.fif ?? new Uint8Array(0),
      ).hasDocumentToPoll;
    expect(offered()).toBe(true);
    driver.give(SENT, ...hear(dtc), ready(1));
    driver.give(SENT, SENT, ...hear(frame('CFR')), SENT, SENT, ...hear(frame('MCF')), SENT);
    expect(driver.effects.at(-1)).toMatchObject({ type: 'end', outcome: { code: 'OK', pagesSent: 2 } });
  });

  test('may follow the caller’s own document', () => {
    const driver = identified({ documents: [document] });
    driver.give(...hear(dcs()), ...tcf(), SENT, ...page(50), ...hear(frame('EOM')), STORED, SENT);
    expect(driver.give(...hear(dtc))).toContain('prepare 0');
    driver.give({ type: 'pageReady', page: 0, data: new Uint8Array(100) }, SENT, SENT);
    driver.give(...hear(frame('CFR')), SENT, SENT, ...hear(frame('MCF')), SENT);
    expect(driver.effects.at(-1)).toMatchObject({
      type: 'end',
      outcome: { code: 'OK', pagesSent: 1, pagesReceived: 1 },
    });
  });

  test('can be cut off', () => {
    const driver = identified({ documents: [document] });
    driver.give(...hear(dtc));
    expect(driver.give({ type: 'lineLost', detail: '' })).toEqual(['end LINE_LOST B 0']);
  });
});

test('a station that was cut off after a document keeps count of it', () => {
  const driver = identified();
  driver.give(
    ...hear(dcs()),
    ...tcf(),
    SENT,
    ...page(50),
    ...hear(frame('EOM')),
    STORED,
    SENT,
    timer('T2'),
    SENT,
  );
  expect(driver.give({ type: 'lineLost', detail: '' })).toEqual(['end LINE_LOST B 1']);
});
