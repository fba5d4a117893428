import { expect, test } from 'vitest';
import type { LiveCall } from '../../protocol/api/types.ts';
import type { GatewayStatus } from '../../protocol/api/types.ts';
import { announcementsBetween } from './announcements.ts';
import { shortcutName } from './shortcuts.ts';

const call = (change: Partial<LiveCall> = {}): LiveCall => ({
  callId: 'c',
  direction: 'outgoing',
  peer: 'kyoto-office',
  peerName: 'Kyoto',
  pagesDone: 0,
  pagesTotal: 25,
  startedAt: '',
  ...change,
});

test('a call is announced when it begins, at every tenth page, and when it ends', () => {
  const said = [];
  let before: Pick<GatewayStatus, 'calls' | 'lines'> = { calls: [], lines: [] };
  for (let pagesDone = 0; pagesDone <= 25; pagesDone += 1) {
    const after = { calls: [call({ pagesDone })], lines: [] };
    said.push(...announcementsBetween(before, after));
    before = after;
  }
  said.push(...announcementsBetween(before, { calls: [], lines: [] }));
  expect(said).toEqual([
    { kind: 'sendingStarted', peer: 'Kyoto' },
    { kind: 'sendingPage', peer: 'Kyoto', page: 10, total: 25 },
    { kind: 'sendingPage', peer: 'Kyoto', page: 20, total: 25 },
    { kind: 'sendingEnded', peer: 'Kyoto' },
  ]);
});

test('an incoming call without a name is called by its device id', () => {
  const { peerName: _unnamed, ...unnamed } = call({ direction: 'incoming' });
  expect(announcementsBetween({ calls: [], lines: [] }, { calls: [unnamed], lines: [] })).toEqual([
    { kind: 'receivingStarted', peer: 'kyoto-office' },
  ]);
});

const line = (state: GatewayStatus['lines'][number]['state']): GatewayStatus['lines'][number] => ({
  id: '1',
  name: 'Front desk',
  state,
  text: '',
});

test.each([
  ['ready', 'ringing', [{ kind: 'lineRinging', line: 'Front desk' }]],
  ['ready', 'absent', [{ kind: 'lineTrouble', line: 'Front desk', state: 'absent' }]],
  ['absent', 'silent', []],
  ['silent', 'ready', [{ kind: 'lineReady', line: 'Front desk' }]],
  ['inCall', 'ready', []],
  ['disabled', 'opening', []],
] as const)('a line that was %s and is %s is told of, or not', (was, is, said) => {
  expect(announcementsBetween({ calls: [], lines: [line(was)] }, { calls: [], lines: [line(is)] })).toEqual(
    said,
  );
});

test('a new line is not told of: whoever added it knows', () => {
  expect(announcementsBetween({ calls: [], lines: [] }, { calls: [], lines: [line('absent')] })).toEqual([]);
});

test.each([
  [{ key: 'N', ctrlKey: true, metaKey: false, shiftKey: false }, 'Ctrl+n'],
  [{ key: 'n', ctrlKey: false, metaKey: true, shiftKey: false }, 'Ctrl+n'],
  [{ key: '?', ctrlKey: false, metaKey: false, shiftKey: true }, '?'],
  [{ key: 'F6', ctrlKey: false, metaKey: false, shiftKey: true }, 'Shift+F6'],
  [{ key: 'Delete', ctrlKey: false, metaKey: false, shiftKey: false }, 'Delete'],
])('%o is named %s', (event, name) => {
  expect(shortcutName(event)).toBe(name);
});
