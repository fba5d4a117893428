// The sender against a receiver that does not keep to the protocol: a defined end each time, and nothing called confirmed
// that is not.

import { describe, expect, it } from 'vitest';
import type { CallMessage } from '../../protocol/call.ts';
import type { OutcomeCode } from '../../protocol/outcome.ts';
import { createCallChannel } from './callChannel.ts';
import { joinCalls } from './joinedCalls.testSupport.ts';
import { makeSource, SILENT_LOG } from './memoryStore.testSupport.ts';
import { hear, HELLO, LIMIT_MS, ONE, TWO } from './otherEnd.testSupport.ts';
import { sendDocument } from './sendDocument.ts';

describe('a sender', () => {
  const READY: CallMessage = {
    type: 'ready',
    progress: { documentId: 'document-1', pagesStored: 0, documentStored: false },
  };
  const stored = (index: number, sha256 = ONE.info.sha256): CallMessage => ({
    type: 'pageStored',
    index,
    sha256,
  });
  const DOCUMENT_STORED: CallMessage = { type: 'documentStored', documentId: 'document-1' };

  /** Answers a sender of two pages with all this, each when the message named before it has come. */
  async function answerWith(script: [CallMessage['type'], ...CallMessage[]][], timing = {}) {
    const joined = joinCalls();
    const channel = createCallChannel(joined.callee);
    const source = makeSource([ONE, ONE]);
    const sending = sendDocument(joined.caller, source, {
      software: 'test',
      log: SILENT_LOG,
      timing: { farewellMs: 200, peerSilenceMs: LIMIT_MS, ...timing },
    });
    const heard: CallMessage[] = [];
    const answering = (async () => {
      for (const [wanted, ...answers] of script) {
        for (;;) {
          const message = await channel.next(LIMIT_MS);
          heard.push(message);
          if (message.type === wanted) break;
        }
        for (const answer of answers) await channel.send(answer);
      }
      await hear(channel, heard);
    })().catch(() => {});
    const outcome = await sending;
    await joined.callee.release();
    await answering;
    return { outcome, source, heard };
  }

  const breaches: [string, [CallMessage['type'], ...CallMessage[]][], OutcomeCode][] = [
    ['answered by no hello', [['hello', READY]], 'PEER_PROTOCOL'],
    ['answered by a later version', [['hello', { ...HELLO, versions: [7] }]], 'PEER_VERSION'],
    [
      'told to go on in another document',
      [
        ['hello', HELLO],
        [
          'document',
          { type: 'ready', progress: { documentId: 'document-9', pagesStored: 0, documentStored: false } },
        ],
      ],
      'PEER_PROTOCOL',
    ],
    [
      'told to go on after the last page',
      [
        ['hello', HELLO],
        [
          'document',
          { type: 'ready', progress: { documentId: 'document-1', pagesStored: 3, documentStored: false } },
        ],
      ],
      'PEER_PROTOCOL',
    ],
    [
      'told of a page stored before it was sent',
      [
        ['hello', HELLO],
        ['document', READY, stored(1)],
      ],
      'PEER_PROTOCOL',
    ],
    [
      'told of another checksum',
      [
        ['hello', HELLO],
        ['document', READY],
        ['pageData', stored(0, TWO.info.sha256)],
      ],
      'PEER_PROTOCOL',
    ],
    [
      'told of one page twice',
      [
        ['hello', HELLO],
        ['document', READY],
        ['pageData', stored(0), stored(0)],
      ],
      'PEER_PROTOCOL',
    ],
    [
      'told that all is stored before every page is',
      [
        ['hello', HELLO],
        ['document', READY],
        ['documentEnd', stored(0), DOCUMENT_STORED],
      ],
      'PEER_PROTOCOL',
    ],
    [
      'told at once that all is stored',
      [
        ['hello', HELLO],
        ['document', DOCUMENT_STORED],
      ],
      'PEER_PROTOCOL',
    ],
    [
      'told by a sign of life of more than was confirmed',
      [
        ['hello', HELLO],
        ['document', READY],
        [
          'documentEnd',
          { type: 'ready', progress: { documentId: 'document-1', pagesStored: 2, documentStored: true } },
        ],
      ],
      'PEER_PROTOCOL',
    ],
    [
      'refused with the code of a confirmation',
      [
        ['hello', HELLO],
        ['document', { type: 'refuse', code: 'CONFIRMED' }],
      ],
      'RECEIVER_ERROR',
    ],
    [
      'refused in the middle',
      [
        ['hello', HELLO],
        ['document', READY],
        ['pageData', { type: 'refuse', code: 'RECEIVER_DISK_FULL' }],
      ],
      'RECEIVER_DISK_FULL',
    ],
    [
      'left in the middle',
      [
        ['hello', HELLO],
        ['document', READY],
        ['pageData', { type: 'end' }],
      ],
      'CALL_BROKEN',
    ],
  ];

  it.each(breaches)('%s does not call it confirmed', async (_name, script, code) => {
    const { outcome, source } = await answerWith(script);
    expect(outcome.code).toBe(code);
    expect(source.confirmations.at(-1) ?? 0).toBeLessThan(2);
  });

  it('does not wait for ever for a receiver that says nothing', async () => {
    const { outcome } = await answerWith([['hello', HELLO]], { peerSilenceMs: 100 });
    expect(outcome.code).toBe('CALL_STALLED');
  });

  it('tells the other end what it did wrong', async () => {
    const { heard } = await answerWith([['hello', { ...HELLO, versions: [7] }]]);
    expect(heard.slice(-2)).toMatchObject([{ type: 'refuse', code: 'PEER_VERSION' }, { type: 'end' }]);
  });

  it('passes over a document the receiver says to have, whatever it had to send', async () => {
    const progress = { documentId: 'document-1', pagesStored: 2, documentStored: true };
    const { outcome, heard } = await answerWith([
      ['hello', { ...HELLO, progress }],
      ['end', { type: 'end' }],
    ]);
    expect(outcome.code).toBe('CONFIRMED');
    expect(heard.map(({ type }) => type)).toEqual(['hello', 'end']);
  });
});
