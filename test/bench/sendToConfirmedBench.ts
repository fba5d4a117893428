// From pressing Send to the confirmation, and from a file to the confirmation.

import { readFile } from 'node:fs/promises';
import { fixtureFile } from '../harness/fixtures.ts';
import { median, repeat, type Benchmark } from './bench.ts';
import { preparedDraft, sendAndWait, startTwoOffices } from './twoOffices.ts';

const ROUNDS = 7;

export const sendToConfirmedBench: Benchmark = {
  name: 'send',
  describe: 'Send to confirmed, two offices and a relay on loopback',
  async run(stage) {
    const { kyoto } = await startTwoOffices(stage);
    const note = `median of ${ROUNDS}`;
    const measure = async (fixture: string) => {
      const content = new Uint8Array(await readFile(fixtureFile(fixture)));
      const rounds = await repeat(ROUNDS, async (round) => {
        const begun = performance.now();
        // A name of its own each time, and bytes of its own: nothing may be taken from an earlier round.
        const own = new Uint8Array([...content, ...new TextEncoder().encode(`\n% round ${round}\n`)]);
        const draft = await preparedDraft(kyoto, `round-${round}-${fixture}`, own);
        const sendMs = await sendAndWait(kyoto, draft.id, 'osaka');
        return { sendMs, wholeMs: performance.now() - begun, pages: draft.pages };
      });
      const pages = rounds[0]?.pages ?? 0;
      return {
        pages,
        sendMs: median(rounds.map((r) => r.sendMs)),
        wholeMs: median(rounds.map((r) => r.wholeMs)),
      };
    };
    const one = await measure('one-page.pdf');
    const ten = await measure('ten-pages.pdf');
    return [one, ten].flatMap(({ pages, sendMs, wholeMs }) => [
      {
        figure: `Send to confirmed, ${pages} page(s)`,
        value: sendMs,
        unit: 'ms',
        note: `${note}, pages on screen`,
      },
      {
        figure: `PDF to confirmed, ${pages} page(s)`,
        value: wholeMs,
        unit: 'ms',
        note: `${note}, upload and drawing too`,
      },
    ]);
  },
};
