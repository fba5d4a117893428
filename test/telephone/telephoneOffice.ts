// An office with a telephone line: the real gateway on a modem of the spandsp exchange, driven by its command line.

import { startGateway, type TestGateway } from '../harness/testGateway.ts';
import type { Stage } from '../harness/stage.ts';
import {
  startExchange,
  type Exchange,
  type ExchangeOptions,
  type Modem,
} from '../peers/exchange/exchange.ts';

export const OFFICE_NUMBER = '0312345678';

export interface TelephoneOffice {
  readonly exchange: Exchange;
  readonly modem: Modem;
  readonly gateway: TestGateway;
}

/**
 * `lineArgs`: further options of `line add`. `headerLine`: whether pages have one, which is another in each minute; by
 * default they have none, so that what arrives is what was shown, to the pixel.
 */
export async function openTelephoneOffice(
  stage: Stage,
  options: Partial<ExchangeOptions> & { lineArgs?: string[]; headerLine?: boolean } = {},
): Promise<TelephoneOffice> {
  const { lineArgs = [], headerLine = false, ...exchangeOptions } = options;
  const exchange = await startExchange({ fast: true, stage, ringMs: 2_000, ...exchangeOptions });
  const modem = await exchange.addModem({ number: OFFICE_NUMBER });
  const gateway = await startGateway(stage, 'office');
  await gateway.api().settings.change.mutate({ headerLine });
  const added = await gateway.command(
    'line',
    'add',
    '--device',
    modem.path,
    '--kind',
    'telephone',
    '--local-id',
    OFFICE_NUMBER,
    ...lineArgs,
  );
  if (added.exitCode !== 0) throw new Error(`line add: ${added.stdout}${added.stderr}`);
  return { exchange, modem, gateway };
}
