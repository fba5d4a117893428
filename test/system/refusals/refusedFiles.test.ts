// Files that cannot be faxed: one sentence each, and the next document goes as if nothing had been.

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, onTestFailed, test } from 'vitest';
import { outcomeText } from '../../../protocol/outcomeTexts.ts';
import type { OutcomeCode } from '../../../protocol/outcome.ts';
import { fixtureFile } from '../../harness/fixtures.ts';
import { openStage, type Stage } from '../../harness/stage.ts';
import { expectRefusal, startOffices } from './offices.ts';

let stage: Stage;
beforeEach(() => {
  stage = openStage();
  onTestFailed(() => console.log(stage.logs()));
});
afterEach(() => stage.close());

test('a file that is no document is refused with its cause, and nothing else is disturbed', async () => {
  const { kyoto, osaka } = await startOffices(stage);
  const made = async (name: string, content: string | Uint8Array) => {
    const file = path.join(stage.folder, name);
    await writeFile(file, content);
    return file;
  };
  const files: [string, OutcomeCode][] = [
    [
      await made(
        'program.exe',
        Uint8Array.from([0x4d, 0x5a, 0x90, 0, 3, 0, 0, 0, 4, 0, 0, 0, 255, 255, 0, 0]),
      ),
      'FILE_NOT_SUPPORTED',
    ],
    [await made('nothing.pdf', ''), 'FILE_EMPTY'],
    [await made('broken.pdf', '%PDF-1.7\n1 0 obj\n<< this is not a PDF at all'), 'FILE_BROKEN'],
    [fixtureFile('encrypted.pdf'), 'FILE_ENCRYPTED'],
  ];
  for (const [file, code] of files) {
    const sent = await kyoto.command('send', file, '--to', 'osaka', '--wait');
    expectRefusal(sent, code, outcomeText(code));
  }
  const missing = await kyoto.command('send', path.join(stage.folder, 'not-there.pdf'), '--to', 'osaka');
  expectRefusal(missing, 'ENOENT', 'There is no such file');
  const good = await kyoto.command('send', fixtureFile('one-page.pdf'), '--to', 'osaka', '--wait');
  expect(good.exitCode, good.stderr).toBe(0);
  expect((await osaka.api().inbox.list.query({ limit: 10 })).items).toHaveLength(1);
});
