// Asks a modem who it is and what it can, chooses the class it is driven in, and makes it ready for calls.

import type { FaxClass, ModemIdentity, ModemSetup } from '../../../protocol/modem.ts';
import type { AtDialogue } from '../at/atDialogue.types.ts';
import type { ModemFacts } from '../faxDriver.types.ts';
import type { ModemProfile } from '../profiles/profile.types.ts';
import { GENERIC_PROFILE } from '../profiles/profiles.ts';
import { profileByName, recogniseProfile } from '../profiles/recogniseProfile.ts';
import { usbIdOf } from '../serial/portList.ts';
import { pause } from '../serial/pause.ts';
import type { SerialConnection } from '../serial/serialConnection.types.ts';
import { type Asker, askModem } from './askModem.ts';
import { enterClass, profileInUse, setUpModem } from './prepareModem.ts';
import { parseFaxClasses, parseModulationCodes, parseValueBase, parseValueSets } from './valueSets.ts';
import { wakeModem } from './wakeModem.ts';

export type DiscoveryResult =
  | { facts: ModemFacts; identity: ModemIdentity }
  /** `silent`: nothing answers. `unfit`: it answers, but cannot fax as asked for; `detail` says why, in the user's words. */
  | { problem: 'silent' | 'unfit'; detail: string };

/** Without a rate from the user: what today's modems take; the opener of the port uses the same. */
export const USUAL_BAUD_RATE = 115_200;
const ASKING_MS = 60_000;
const PREPARING_MS = 20_000;
/** ATZ is answered when the modem has started anew. */
const RESET_MS = 5000;
/** To ATI2, ATI4 and the like many answer with an OK as their text, and then with the OK that ends it. */
const SECOND_OK_MS = 100;

/**
 * Takes some seconds with a modem that answers, at most about 80 s with anything else. Leaves the modem in the class
 * chosen, on hook. Never rejects.
 */
export async function discoverModem(
  dialogue: AtDialogue,
  connection: SerialConnection,
  setup: ModemSetup,
  lookUpUsbId: (path: string) => Promise<string | undefined> = usbIdOf,
): Promise<DiscoveryResult> {
  if (setup.profile !== undefined && !profileByName(setup.profile)) {
    return { problem: 'unfit', detail: `There is no modem profile named “${setup.profile}”.` };
  }
  const portRate = setup.baudRate ?? USUAL_BAUD_RATE;
  const baudRate = await wakeModem(dialogue, connection, portRate, setup.baudRate !== undefined);
  if (baudRate === undefined) return silent(connection);
  const asker = askModem(dialogue, ASKING_MS);
  await startAnew(asker);
  const who = await askWho(asker);
  const offered = parseFaxClasses((await asker.ask('AT+FCLASS=?')) ?? []);
  if (asker.isLost()) return silent(connection);
  if (offered.length === 0) {
    return { problem: 'unfit', detail: 'This modem cannot fax: it names no fax class (AT+FCLASS=?).' };
  }
  const recognised = recogniseProfile(who.text, await lookUpUsbId(connection.path), setup.profile);
  const rate = await useRate(asker, connection, setup, recognised, baudRate);
  const profile = profileInUse(recognised, setup, rate);
  const tellsCallerId = await setUpModem(asker, connection, profile, setup);
  if (setup.faxClass !== 'auto' && !offered.includes(setup.faxClass)) {
    const detail = `This modem does not offer class ${setup.faxClass}; it offers ${listOf(offered)}.`;
    return asker.isLost() ? silent(connection) : { problem: 'unfit', detail };
  }
  const wanted = setup.faxClass === 'auto' ? inOrder(offered, profile) : [setup.faxClass];
  // A modem that does not know +FCC=? may fax nevertheless, but is the last to be tried.
  for (const mustTell of [true, false]) {
    for (const faxClass of wanted) {
      const facts = await tryClass(asker, faxClass, profile, mustTell);
      if (facts) return { facts: { ...facts, tellsCallerId }, identity: identityOf(facts, who, offered) };
      if (asker.isLost()) return silent(connection);
    }
  }
  return {
    problem: 'unfit',
    detail: `This modem offers class ${listOf(offered)}, but does not answer as it should in ${listOf(wanted)}.`,
  };
}

/**
 * Makes a modem ready again whose facts are known: after a call. False when it does not answer as it should; it has to be
 * discovered anew then. Never rejects.
 */
export async function initialiseModem(
  dialogue: AtDialogue,
  connection: SerialConnection,
  setup: ModemSetup,
  facts: ModemFacts,
): Promise<boolean> {
  const asker = askModem(dialogue, PREPARING_MS);
  if (!(await asker.tell('ATE0Q0V1'))) return false;
  await setUpModem(asker, connection, facts.profile, setup);
  return enterClass(asker, facts.faxClass, facts.profile);
}

async function startAnew(asker: Asker): Promise<void> {
  // A crash may have left it off hook.
  await asker.tell('ATH');
  await asker.tell('ATZ', RESET_MS);
  // What was stored in the modem may have switched results off, or to numbers.
  if (!(await asker.tell('ATE0Q0V1'))) await asker.tell('ATE0Q0V1');
  await asker.tell('AT+FCLASS=0');
}

interface Who {
  maker: string;
  model: string;
  revision: string;
  /** Everything that was answered. */
  text: string;
}

/** By T.31 and T.32, by V.250, by Class 2's draft; a maker's own ATI beside them. */
const MAKER = ['AT+FMI?', 'AT+GMI', 'AT+FMFR?'];
const MODEL = ['AT+FMM?', 'AT+GMM', 'AT+FMDL?', 'ATI3'];
const REVISION = ['AT+FMR?', 'AT+GMR', 'AT+FREV?'];
const OTHER = ['ATI', 'ATI3', 'ATI4', 'ATI6', 'ATI7', 'ATI9'];

async function askWho(asker: Asker): Promise<Who> {
  const maker = await askFirst(asker, MAKER);
  const model = await askFirst(asker, MODEL);
  const revision = await askFirst(asker, REVISION);
  const others: string[] = [];
  for (const command of OTHER) {
    others.push(...((await asker.ask(command)) ?? []));
    if (!asker.isLost()) await pause(SECOND_OK_MS);
  }
  return { maker, model, revision, text: [maker, model, revision, ...others].join('\n').slice(0, 5000) };
}

async function askFirst(asker: Asker, commands: readonly string[]): Promise<string> {
  for (const command of commands) {
    const lines = (await asker.ask(command)) ?? [];
    const text = lines
      .join(' ')
      .replace(/^\+[A-Z]+:\s*/i, '')
      .replaceAll('"', '')
      .trim();
    if (text !== '') return text.slice(0, 200);
  }
  return '';
}

/** Some profiles lock the modem to a rate; a modem that does not follow stays where it is. */
async function useRate(
  asker: Asker,
  connection: SerialConnection,
  setup: ModemSetup,
  profile: ModemProfile,
  rate: number,
): Promise<number> {
  if (setup.baudRate !== undefined || profile.baudRate === rate) return rate;
  for (const candidate of [profile.baudRate, rate]) {
    try {
      await connection.setBaudRate(candidate);
    } catch {
      return rate;
    }
    // The first AT teaches the modem the rate.
    await asker.tell('AT', 500);
    if (await asker.tell('ATE0Q0V1')) return candidate;
  }
  return rate;
}

/** The profile's classes first; then what else is offered, as for an unknown modem. */
function inOrder(offered: readonly FaxClass[], profile: ModemProfile): FaxClass[] {
  const order = new Set([...profile.classes, ...GENERIC_PROFILE.classes]);
  return [...order].filter((faxClass) => offered.includes(faxClass));
}

/**
 * The facts when the modem is in the class and answers what a modem in that class answers.
 * @param mustTell in Class 2.x it has to tell its capabilities; in Class 1 it always has to
 */
async function tryClass(
  asker: Asker,
  faxClass: FaxClass,
  profile: ModemProfile,
  mustTell: boolean,
): Promise<ModemFacts | undefined> {
  if (!(await enterClass(asker, faxClass, profile))) return undefined;
  const { quirks } = profile;
  const none = { transmitCodes: [], receiveCodes: [], class2Capabilities: [], adaptiveReception: false };
  if (faxClass === '1' || faxClass === '1.0') {
    const transmitCodes = parseModulationCodes((await asker.ask('AT+FTM=?')) ?? []);
    const receiveCodes = parseModulationCodes((await asker.ask('AT+FRM=?')) ?? []);
    // Modems have been sold that name the class and do not have it.
    if (transmitCodes.length === 0 || receiveCodes.length === 0) return undefined;
    const adapts = quirks.adaptiveReception === true && (await asker.tell('AT+FAR=1'));
    if (adapts) await asker.tell('AT+FAR=0');
    return {
      ...none,
      profile,
      faxClass,
      transmitCodes: transmitCodes.filter((code) => !quirks.brokenTransmitCodes?.includes(code)),
      receiveCodes: receiveCodes.filter((code) => !quirks.brokenReceiveCodes?.includes(code)),
      adaptiveReception: adapts,
    };
  }
  const answer = await asker.ask(faxClass === '2' ? 'AT+FDCC=?' : 'AT+FCC=?');
  if (asker.isLost() || (mustTell && answer === undefined)) return undefined;
  const lines = answer ?? [];
  return {
    ...none,
    profile,
    faxClass,
    class2Capabilities: parseValueSets(lines),
    class2Base: parseValueBase(lines),
  };
}

/** T.31: modulation code → bit/s. */
const RATE_OF_CODE: Readonly<Record<number, number>> = {
  24: 2400,
  48: 4800,
  72: 7200,
  73: 7200,
  74: 7200,
  96: 9600,
  97: 9600,
  98: 9600,
  121: 12_000,
  122: 12_000,
  145: 14_400,
  146: 14_400,
};
/** T.32 BR: 0 is 2400, and each step 2400 more. */
const BR_STEP_BPS = 2400;
const HIGHEST_BR = 13;

function identityOf(facts: ModemFacts, who: Who, offered: FaxClass[]): ModemIdentity {
  const runsT30 = facts.faxClass.startsWith('2');
  const [, br = [], , , , ec = []] = facts.class2Capabilities;
  const class2Rates = br.filter((value) => value <= HIGHEST_BR).map((value) => (value + 1) * BR_STEP_BPS);
  const ratesOf = (codes: readonly number[]): number[] =>
    [...new Set(codes.map((code) => RATE_OF_CODE[code] ?? 0))].filter((rate) => rate > 0);
  return {
    maker: who.maker,
    model: who.model,
    revision: who.revision,
    profile: facts.profile.name,
    classes: offered,
    faxClass: facts.faxClass,
    sendRatesBps: runsT30 ? class2Rates : ratesOf(facts.transmitCodes),
    receiveRatesBps: runsT30 ? class2Rates : ratesOf(facts.receiveCodes),
    // In Class 1 error correction is ours.
    ecm: runsT30 ? ec.some((value) => value > 0) && facts.profile.quirks.brokenEcm !== true : true,
  };
}

function silent(connection: SerialConnection): DiscoveryResult {
  return {
    problem: 'silent',
    detail: `Nothing answers at ${connection.path.slice(0, 100)}. Is a modem connected there, and switched on?`,
  };
}

/** `1, 1.0 and 2` */
function listOf(classes: readonly FaxClass[]): string {
  const last = classes.at(-1) ?? '';
  return classes.length < 2 ? last : `${classes.slice(0, -1).join(', ')} and ${last}`;
}
