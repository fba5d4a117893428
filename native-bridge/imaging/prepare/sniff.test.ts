// What a file is, whatever its name says.

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SNIFF_BYTES, sniff } from './sniff.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

describe('sniffing', () => {
  test.each([
    ['pdf', bytes('%PDF-1.7\n')],
    ['pdf', bytes(`${'junk '.repeat(100)}%PDF-1.4`)],
    ['tiff', bytes('II*\0\x08\0\0\0')],
    ['tiff', bytes('MM\0*\0\0\0\x08')],
    ['image', bytes('\x89PNG\r\n\x1a\n')],
    ['image', bytes('\xff\xd8\xff\xe1')],
    ['image', bytes('RIFF\x10\0\0\0WEBPVP8 ')],
    ['image', bytes('\0\0\0\x20ftypavif')],
    ['image', bytes('GIF89a')],
    ['text', bytes('Hello\r\nWorld\t1\f')],
    ['text', Buffer.from('飛脚', 'utf8')],
    ['text', Buffer.from('\ufeff飛脚', 'utf16le')],
    ['unsupported', bytes('PK\x03\x04')],
    ['unsupported', bytes('\0\0\0\x20ftypheic')],
    ['unsupported', bytes('  <!doctype HTML>')],
    ['unsupported', bytes('<?xml version="1.0"?>')],
    ['unsupported', bytes('\x7fELF\x02\x01\x01\0')],
    ['unsupported', bytes('a\0b')],
  ])('%s: %j', (kind, head) => {
    expect(sniff(head)).toBe(kind);
  });

  test('an archive that holds a PDF is an archive', () => {
    expect(sniff(bytes('PK\x03\x04\x14\0\0\0%PDF-1.7'))).toBe('unsupported');
  });

  test('a multi-byte character cut at the end of the head is still text', () => {
    expect(sniff(Buffer.from('飛'.repeat(SNIFF_BYTES), 'utf8').subarray(0, SNIFF_BYTES))).toBe('text');
  });

  test('any bytes are of some kind', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (head) => {
        expect(['pdf', 'tiff', 'image', 'text', 'unsupported']).toContain(sniff(head));
      }),
    );
  });
});
