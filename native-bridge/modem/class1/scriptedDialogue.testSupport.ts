// A dialogue that answers by a script, for tests: every step is what the driver must do next, and what comes of it.

import type { AtAnswer, AtDialogue, CommandOptions } from '../at/atDialogue.types.ts';

type Result = AtAnswer['result'];

export type ScriptStep =
  /** `waits`: no result comes before the time is over, or the wait is ended. */
  | { command: string; result: Result | 'waits' }
  | { next: Result | 'waits'; afterMs?: number }
  /** Data come in, then `end`. */
  | { receive: Uint8Array; end?: 'ended' | 'timeout' | 'result' | 'closed' }
  /** Data are sent; `octets` where they matter. */
  | { send: 'last' | 'more'; octets?: Uint8Array; result?: 'sent' | 'closed' }
  | { raw: Uint8Array }
  | { interrupt: Result };

export interface ScriptedDialogue extends AtDialogue {
  /** What the driver did otherwise than the script says; must stay empty. */
  readonly mistakes: string[];
  /** Steps that have not come. */
  readonly left: number;
}

export function scriptedDialogue(script: readonly ScriptStep[]): ScriptedDialogue {
  const steps = [...script];
  const mistakes: string[] = [];
  const take = <Kind extends string>(
    kind: Kind,
    does: string,
  ): Extract<ScriptStep, Record<Kind, unknown>> | null => {
    const step = steps[0];
    if (step !== undefined && isKind(step, kind)) {
      steps.shift();
      return step;
    }
    mistakes.push(`${does} where ${JSON.stringify(step) ?? 'nothing'} was due`);
    return null;
  };
  return {
    mistakes,
    get left() {
      return steps.length;
    },
    async command(text, options) {
      const step = take('command', text);
      if (step !== null && step.command !== text) mistakes.push(`${text} where ${step.command} was due`);
      return await answer(step?.result ?? 'closed', options);
    },
    async nextResult(options) {
      // Whether a result came twice is asked for a moment only: no step of its own.
      if (options.timeoutMs < 100 && !(steps[0] !== undefined && isKind(steps[0], 'next'))) {
        return { result: 'timeout', lines: [] };
      }
      const step = take('next', 'nextResult');
      if (step?.afterMs !== undefined) await new Promise((resolve) => setTimeout(resolve, step.afterMs));
      return await answer(step?.next ?? 'closed', options);
    },
    async receiveData(onOctets, { signal }) {
      const step = take('receive', 'receiveData');
      if (step === null) return 'closed';
      await Promise.resolve();
      if (signal?.aborted === true) return 'aborted';
      if (step.receive.length > 0) onOctets(step.receive);
      return step.end ?? 'ended';
    },
    async sendData(octets, { last }) {
      const step = take('send', `sendData of ${octets.length}`);
      if (step !== null && (step.send === 'last') !== last) mistakes.push(`last ${last} in a send`);
      if (step?.octets !== undefined && Buffer.compare(step.octets, octets) !== 0) {
        mistakes.push(`sent ${Buffer.from(octets).toString('hex')}`);
      }
      await Promise.resolve();
      return step?.result ?? 'sent';
    },
    async sendRaw(octets) {
      const step = take('raw', 'sendRaw');
      if (step !== null && Buffer.compare(step.raw, octets) !== 0) mistakes.push('other raw octets');
      await Promise.resolve();
      return 'sent';
    },
    async interrupt() {
      await Promise.resolve();
      return { result: take('interrupt', 'interrupt')?.interrupt ?? 'closed', lines: [] };
    },
    waitForOctet: () => Promise.resolve(false),
    reset: () => undefined,
    onUnsolicited: () => () => undefined,
    onTranscript: () => () => undefined,
  };
}

function isKind<Kind extends string>(
  step: ScriptStep,
  kind: Kind,
): step is Extract<ScriptStep, Record<Kind, unknown>> {
  return kind in step;
}

async function answer(result: Result | 'waits', { timeoutMs, signal }: CommandOptions): Promise<AtAnswer> {
  if (signal?.aborted === true) return { result: 'aborted', lines: [] };
  if (result !== 'waits') return { result, lines: [] };
  return await new Promise((resolve) => {
    const settle = (settled: Result): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', aborted);
      resolve({ result: settled, lines: [] });
    };
    const aborted = (): void => settle('aborted');
    const timer = setTimeout(() => settle('timeout'), timeoutMs);
    signal?.addEventListener('abort', aborted);
  });
}
