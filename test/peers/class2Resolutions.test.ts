// Every resolution of T.30 over Class 2, 2.0 and 2.1, with a virtual modem that lists its values in hexadecimal, as modems
// with all resolutions do; and subaddresses and polling addresses, which 2.1 has.

import { describe, expect, test } from 'vitest';
import type { PageResolution } from './virtualPages.ts';
import { virtualCall } from './virtualClass2.ts';
import type { VirtualCall } from './virtualClass2.ts';

const CLASSES = ['2', '2.0', '2.1'] as const;
const RESOLUTIONS = ['R8x3.85', 'R8x7.7', 'R8x15.4', 'R16x15.4'] as const satisfies readonly PageResolution[];
/** A machine whose DIS has them all. */
const MACHINE = { capabilities: { resolutions: RESOLUTIONS } };

function hashes(pages: readonly { raster: Uint8Array }[]): readonly Uint8Array[] {
  return pages.map(({ raster }) => raster);
}

function expectDone({ report, story }: VirtualCall): void {
  expect(report.outcome.code, story).toBe('CONFIRMED');
}

describe.each(CLASSES)('Class %s', (faxClass) => {
  test.each(RESOLUTIONS)('%s is sent', async (resolution) => {
    const call = await virtualCall({
      faxClass,
      way: 'send',
      pages: 2,
      resolution,
      personality: 'superfine',
      machine: MACHINE,
    });
    expectDone(call);
    expect(call.report).toMatchObject({ resolution, coding: 'MMR', ecm: true, pagesSent: 2 });
    expect(hashes(call.machine?.pages ?? [])).toEqual(hashes(call.sent));
    const [first] = call.machine?.pages ?? [];
    expect(first?.geometry.resolution).toBe(resolution);
  });

  test.each(RESOLUTIONS)('%s is received', async (resolution) => {
    const call = await virtualCall({
      faxClass,
      way: 'receive',
      pages: 2,
      resolution,
      personality: 'superfine',
      machine: MACHINE,
    });
    expectDone(call);
    expect(call.report).toMatchObject({ resolution, pagesReceived: 2 });
    expect(hashes(call.host.stored)).toEqual(hashes(call.sent));
    expect(call.host.parameters[0]?.resolution).toBe(resolution);
  });

  test('superfine is sent and received by a modem of which it is the finest', async () => {
    if (faxClass === '2') return;
    for (const way of ['send', 'receive'] as const) {
      const call = await virtualCall({ faxClass, way, resolution: 'R8x15.4', machine: MACHINE });
      expectDone(call);
      expect(call.report.resolution, way).toBe('R8x15.4');
    }
  });

  test('a superfine page is announced as fine to a machine that can no more', async () => {
    const call = await virtualCall({
      faxClass,
      way: 'send',
      resolution: 'R8x15.4',
      personality: 'superfine',
      machine: { capabilities: { resolutions: ['R8x3.85', 'R8x7.7'] } },
    });
    expectDone(call);
    expect(call.report.resolution).toBe('R8x7.7');
  });
});

test('Class 2.1: the subaddress and the password of a document reach the machine', async () => {
  const call = await virtualCall({
    faxClass: '2.1',
    way: 'send',
    machine: { answer: { receivePassword: '1234' } },
    request: {
      documents: [
        { pages: [{ width: 1728, height: 40, xDpi: 204, yDpi: 196 }], subaddress: '77', password: '1234' },
      ],
    },
  });
  expectDone(call);
  expect(call.story).toMatch(/101 command AT\+FSA="77"/u);
});

test('Class 2.1: a document is fetched by its address and password, and not with a wrong one', async () => {
  const machine = { answer: { pollAddress: '55', pollPassword: '99' } };
  const right = await virtualCall({
    faxClass: '2.1',
    way: 'fetch',
    machine,
    request: { poll: { address: '55', password: '99' } },
  });
  expectDone(right);
  expect(hashes(right.host.stored)).toEqual(hashes(right.sent));
  const wrong = await virtualCall({
    faxClass: '2.1',
    way: 'fetch',
    machine,
    request: { poll: { address: '55', password: '11' } },
  });
  expect(wrong.report.outcome.code, wrong.story).not.toBe('CONFIRMED');
  expect(wrong.host.stored).toEqual([]);
  expect(wrong.idle).toBe(true);
});

test.each(['2', '2.0'] as const)(
  'Class %s: a subaddress that it cannot give is said to be missing',
  async (faxClass) => {
    const call = await virtualCall({
      faxClass,
      way: 'send',
      request: {
        documents: [{ pages: [{ width: 1728, height: 40, xDpi: 204, yDpi: 196 }], subaddress: '77' }],
      },
    });
    expectDone(call);
    expect(call.journal.join('\n')).toContain('This modem cannot give the subaddress');
  },
);
