// Makes a modem ready for calls whose profile and class are known: general settings, the profile's, the user's, the class.

import type { FaxClass, ModemSetup } from '../../../protocol/modem.ts';
import type { ModemProfile } from '../profiles/profile.types.ts';
import type { FlowControl, SerialConnection } from '../serial/serialConnection.types.ts';
import type { Asker } from './askModem.ts';

/** X4: every result there is. &C1, &D2: DCD and DTR as they are meant. S0: we answer, not the modem. M0: no loudspeaker. */
const GENERAL = ['ATX4', 'AT&C1', 'AT&D2', 'ATS0=0', 'ATM0'];
/** Conexant and Rockwell; V.250; Hayes with MNP; U.S. Robotics. The first that is taken. */
const FLOW_COMMANDS: Readonly<Record<FlowControl, readonly string[]>> = {
  hardware: ['AT&K3', 'AT+IFC=2,2', 'AT\\Q3', 'AT&H1'],
  software: ['AT&K4', 'AT+IFC=1,1', 'AT\\Q1', 'AT&H2'],
  none: ['AT&K0', 'AT+IFC=0,0', 'AT\\Q0', 'AT&H0'],
};
/** T.31, T.32: the fax classes have their own. */
const FAX_FLOW: Readonly<Record<FlowControl, number>> = { none: 0, software: 1, hardware: 2 };
const CALLER_ID_COMMANDS = ['AT+VCID=1', 'AT#CID=1'];
/** `AT%CCID=1`, `AT+CLIP=1`, `AT*ID1`. */
const OWN_CALLER_ID = /CID|CLIP|\*ID/i;

/** The profile with what the user wants instead, and with the rate in use. */
export function profileInUse(profile: ModemProfile, setup: ModemSetup, baudRate: number): ModemProfile {
  const flowControl = setup.flowControl === 'auto' ? profile.flowControl : setup.flowControl;
  const flowCommand = profile.flowCommands?.[flowControl];
  return {
    ...profile,
    baudRate,
    flowControl,
    // Makers' modems change it on +FCLASS=.
    afterClass: flowCommand === undefined ? profile.afterClass : [...profile.afterClass, flowCommand],
  };
}

/**
 * Everything before the class. What a modem does not know of it, it refuses, and is none the worse for it.
 * Resolves to whether it was told to say who calls, by us or by the user's own commands.
 */
export async function setUpModem(
  asker: Asker,
  connection: SerialConnection,
  profile: ModemProfile,
  setup: ModemSetup,
): Promise<boolean> {
  await asker.tell('AT+FCLASS=0');
  for (const command of GENERAL) await asker.tell(command);
  for (const command of profile.init) await asker.tell(command);
  const takesCallerId = await tellFirst(asker, CALLER_ID_COMMANDS);
  const ofProfile = profile.flowCommands?.[profile.flowControl];
  await tellFirst(asker, ofProfile === undefined ? FLOW_COMMANDS[profile.flowControl] : [ofProfile]);
  try {
    await connection.setFlowControl(profile.flowControl);
  } catch {
    // The port has gone: the next command says so.
  }
  for (const command of setup.extraInit) await asker.tell(asCommand(command));
  return takesCallerId || setup.extraInit.some((command) => OWN_CALLER_ID.test(command));
}

/** Whether the modem is in the class now. */
export async function enterClass(asker: Asker, faxClass: FaxClass, profile: ModemProfile): Promise<boolean> {
  if (!(await asker.tell(`AT+FCLASS=${faxClass}`))) return false;
  for (const command of profile.afterClass) await asker.tell(command);
  if (faxClass !== '2') await asker.tell(`AT+FLO=${FAX_FLOW[profile.flowControl]}`);
  return !asker.isLost();
}

async function tellFirst(asker: Asker, commands: readonly string[]): Promise<boolean> {
  for (const command of commands) if (await asker.tell(command)) return true;
  return false;
}

/** As people write them: with or without AT, and never more than one line. */
function asCommand(text: string): string {
  const line = text.replace(/[^ -~]/g, '').trim();
  return /^AT/i.test(line) ? line : `AT${line}`;
}
