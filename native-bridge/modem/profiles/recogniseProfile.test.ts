import { expect, test } from 'vitest';
import { MODEM_PROFILES } from '../../../protocol/modemProfiles.ts';
import { GENERIC_PROFILE, PROFILES } from './profiles.ts';
import { profileByName, recogniseProfile } from './recogniseProfile.ts';

test.each([
  ['U.S. Robotics 56K FAX USB V1.2.23', 'usr5637'],
  ['5601\nU.S. Robotics 56K FAX EXT\nCourier', 'usr-courier'],
  ['3366\nUSRobotics Courier V.Everything', 'usr-courier'],
  ['CONEXANT\nCX93001-EIS_V0.2002-V92\n56000', 'conexant-cx93010'],
  ['CONEXANT ACF3_V1.805D-V90_P21_FSH', 'conexant'],
  ['ROCKWELL\nRC288DPi\nV1.460', 'rockwell-rc'],
  ['CONEXANT\nAC/K56', 'rockwell-k56'],
  ['LSI Corporation\nAgere SV92\nLT V.92 1.0', 'lucent'],
  ['LT V.92 1.0 MT5634ZBA-USB-V92 Serial', 'lucent'],
  ['MULTI-TECH SYSTEMS\nMT9234ZBA-V', 'multitech-mt9234'],
  ['Agere Systems\nMainpine Venus V.92', 'mainpine'],
  ['ZyXEL\nU-336E\n1496', 'zyxel'],
  ['CIRRUS LOGIC\nCL-MD9624', 'cirrus'],
  ['Digi\nAccelePort RAS', 'digi'],
  ['www.soft-switch.org\nspandsp', 'spandsp'],
  ['www.soft-switch.org\niaxmodem', 'iaxmodem'],
  ['Acme\nFax Thing 2000', 'generic'],
  ['', 'generic'],
])('A modem that says %j is taken for %s', (answers, name) => {
  expect(recogniseProfile(answers, undefined, undefined).name).toBe(name);
});

test('The USB id tells more than the answers, and the user more than both', () => {
  expect(recogniseProfile('CX93001', '0572:1329', undefined).name).toBe('conexant-1329');
  expect(recogniseProfile('CX93001', '0BAF:0303', undefined).name).toBe('usr5637');
  expect(recogniseProfile('CX93001', '0403:6001', undefined).name).toBe('conexant-cx93010');
  expect(recogniseProfile('CX93001', '0572:1329', 'zyxel').name).toBe('zyxel');
  expect(recogniseProfile('CX93001', undefined, 'no-such-profile').name).toBe('conexant-cx93010');
});

test('Every profile can be chosen by its name, which fits into the settings and is its own', () => {
  const names = [...PROFILES, GENERIC_PROFILE].map((profile) => profile.name);
  // As many as people can choose from, and each once.
  expect(names.toSorted()).toEqual(Object.keys(MODEM_PROFILES).toSorted());
  for (const name of names) {
    expect(name.length).toBeLessThanOrEqual(40);
    expect(profileByName(name)?.name).toBe(name);
  }
});

test('Every USB id has the form in which ports are listed, and belongs to one profile', () => {
  const ids = PROFILES.flatMap((profile) => profile.match.usb ?? []);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{4}:[0-9a-f]{4}$/);
});

test('Every command of a profile is one whole command line', () => {
  for (const profile of PROFILES) {
    const commands = [
      ...profile.init,
      ...profile.afterClass,
      ...Object.values<string>(profile.flowCommands ?? {}),
    ];
    for (const command of commands) expect(command).toMatch(/^AT[ -~]{1,38}$/);
  }
});
