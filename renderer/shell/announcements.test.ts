import { expect, test } from 'vitest';
import type { LiveCall } from '../../protocol/api/types.ts';
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
  let before: { calls: LiveCall[] } = { calls: [] };
  for (let pagesDone = 0; pagesDone <= 25; pagesDone += 1) {
    const after = { calls: [call({ pagesDone })] };
    said.push(...announcementsBetween(before, after));
    before = after;
  }
  said.push(...announcementsBetween(before, { calls: [] }));
  expect(said).toEqual([
    { kind: 'sendingStarted', name: 'Kyoto' },
    { kind: 'sendingPage', name: 'Kyoto', page: 10, total: 25 },
    { kind: 'sendingPage', name: 'Kyoto', page: 20, total: 25 },
    { kind: 'sendingEnded', name: 'Kyoto' },
  ]);
});

test('an incoming call without a name is called by its device id', () => {
  const { peerName: _unnamed, ...unnamed } = call({ direction: 'incoming' });
  expect(announcementsBetween({ calls: [] }, { calls: [unnamed] })).toEqual([
    { kind: 'receivingStarted', name: 'kyoto-office' },
  ]);
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
