// What was asked for on the command line, checked.

import type { FaxMachineOptions } from './machine/faxMachine.ts';
import { isPersonalityName } from './modem/personalities.ts';
import type { PersonalityName } from './modem/personalities.ts';
import type { FaxClass } from './modem/personality.ts';
import type { OddNumber } from './line/telephoneNetwork.ts';

export interface ExchangeArguments {
  modems: readonly { number: string; personality: PersonalityName; classes?: readonly FaxClass[] }[];
  machines: readonly Pick<FaxMachineOptions, 'number' | 'echo'>[];
  oddNumbers: Readonly<Record<string, OddNumber>>;
  folder: string | null;
  speed: number;
  bitErrorRate: number;
  verbose: boolean;
}

const CLASSES = ['1', '1.0', '2', '2.0', '2.1'] as const satisfies readonly FaxClass[];

/** Throws RangeError, in the user's words, for what makes no sense. */
export function parseExchangeArguments(values: {
  modem?: string[];
  machine?: string[];
  busy?: string[];
  voice?: string[];
  folder?: string;
  speed?: string;
  noise?: string;
  verbose?: boolean;
}): ExchangeArguments {
  const modems = (values.modem ?? ['101', '102']).map(parseModem);
  const machines = (values.machine ?? ['200', '201:echo']).map(parseMachine);
  const oddNumbers: Record<string, OddNumber> = {};
  for (const number of values.busy ?? []) oddNumbers[numberOf(number)] = 'busy';
  for (const number of values.voice ?? []) oddNumbers[numberOf(number)] = 'voice';
  const numbers = [...modems, ...machines].map(({ number }) => number).concat(Object.keys(oddNumbers));
  const twice = numbers.find((number, index) => numbers.indexOf(number) !== index);
  if (twice !== undefined) throw new RangeError(`${twice} is given twice`);
  return {
    modems,
    machines,
    oddNumbers,
    folder: values.folder ?? null,
    speed: numeric('--speed', values.speed ?? '1', 0.1, 1000),
    bitErrorRate: numeric('--noise', values.noise ?? '0', 0, 0.1),
    verbose: values.verbose ?? false,
  };
}

function parseModem(text: string): ExchangeArguments['modems'][number] {
  const [number = '', ...rest] = text.split(':');
  let personality: PersonalityName = 'plain';
  let classes: readonly FaxClass[] | null = null;
  for (const word of rest) {
    const faxClass = CLASSES.find((known) => known === word);
    if (faxClass !== undefined) classes = [faxClass];
    else if (isPersonalityName(word)) personality = word;
    else throw new RangeError(`"${word}" is neither a fax class nor a personality`);
  }
  return { number: numberOf(number), personality, ...(classes === null ? {} : { classes }) };
}

function parseMachine(text: string): Pick<FaxMachineOptions, 'number' | 'echo'> {
  const [number = '', kind, ...more] = text.split(':');
  if ((kind !== undefined && kind !== 'echo') || more.length > 0) {
    throw new RangeError(`a machine is NUMBER or NUMBER:echo, not "${text}"`);
  }
  return { number: numberOf(number), echo: kind === 'echo' };
}

function numberOf(text: string): string {
  if (!/^[0-9]{1,20}$/.test(text)) throw new RangeError(`"${text}" is no telephone number: digits only`);
  return text;
}

function numeric(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= least && value <= most)) {
    throw new RangeError(`${name} is a number from ${least} to ${most}, not "${text}"`);
  }
  return value;
}
