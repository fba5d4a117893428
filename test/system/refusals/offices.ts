// Two offices at a relay, and what the sender sees when something does not go.

import { expect } from 'vitest';
import { outcomeText } from '../../../protocol/outcomeTexts.ts';
import type { OutcomeCode } from '../../../protocol/outcome.ts';
import type { OutgoingDocument } from '../../../protocol/api/types.ts';
import { sendFile } from '../../harness/gatewayHttp.ts';
import type { CommandResult } from '../../harness/commandLine.ts';
import type { Stage } from '../../harness/stage.ts';
import { connectToRelay, startGateway, type TestGateway } from '../../harness/testGateway.ts';
import { startRelay, type TestRelay } from '../../harness/testRelay.ts';

export interface Offices {
  relay: TestRelay;
  kyoto: TestGateway;
  osaka: TestGateway;
}

/** A relay and the sender, which is online; `osaka` has an account. */
export async function startSender(stage: Stage, relayArgs: string[] = []): Promise<Omit<Offices, 'osaka'>> {
  const relay = await startRelay(stage, { args: relayArgs });
  await relay.addDevice('kyoto');
  await relay.addDevice('osaka');
  const kyoto = await startGateway(stage, 'kyoto');
  await connectToRelay(kyoto, relay);
  return { relay, kyoto };
}

/** Both online. */
export async function startOffices(stage: Stage, relayArgs: string[] = []): Promise<Offices> {
  const { relay, kyoto } = await startSender(stage, relayArgs);
  const osaka = await startGateway(stage, 'osaka');
  await connectToRelay(osaka, relay);
  return { relay, kyoto, osaka };
}

/** Hands a one-page text to the gateway for `to`. */
export function sendText(gateway: TestGateway, to: string, text = 'Hello'): Promise<OutgoingDocument> {
  return sendFile(gateway, { name: 'hello.txt', content: text }, [to]);
}

/** Waits until the sender's record of the document bears this code, and checks code and sentence as the CLI shows them. */
export async function expectOutcome(
  gateway: TestGateway,
  documentId: string,
  code: OutcomeCode,
  timeoutMs = 30_000,
): Promise<OutgoingDocument> {
  const document = await gateway.until(
    `${documentId} has the outcome ${code}`,
    async () => {
      const found = await gateway.api().outgoing.get.query({ documentId });
      return found.deliveries[0]?.outcome?.code === code ? found : undefined;
    },
    timeoutMs,
  );
  const shown = await gateway.command('show', documentId);
  expect(shown.exitCode, shown.stderr).toBe(0);
  expect(shown.stdout).toContain(code);
  // On a slow machine the next attempt may have begun meanwhile, and the sentence is about that one.
  const { deliveries } = shown.json() as OutgoingDocument;
  const codeNow = deliveries[0]?.outcome?.code ?? code;
  expect(shown.stdout).toContain(JSON.stringify(outcomeText(codeNow)).slice(1, -1));
  return document;
}

/** The command failed, with this code in its JSON and one sentence on standard error. */
export function expectRefusal(result: CommandResult, code: string, sentence: string | RegExp): void {
  expect(result.exitCode).not.toBe(0);
  expect(JSON.stringify(result.json())).toContain(`"${code}"`);
  expect(result.stderr).toMatch(sentence);
  // One sentence for a person: no stack, no jargon.
  expect(result.stderr).not.toMatch(/\bat .*:\d+:\d+|Error:/);
  expect(result.stderr.trim().split('\n').length).toBeLessThanOrEqual(2);
}
