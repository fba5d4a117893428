// The kinds of modems that are known: the names by which a line's set-up chooses one, and what people call them. How each
// behaves stands in native-bridge/modem/profiles.

export const MODEM_PROFILES = {
  usr5637: 'U.S. Robotics USR5637 (USB)',
  'conexant-1329': 'Conexant USB modem 0572:1329',
  'conexant-cx93010': 'Conexant CX93010 (StarTech, Lenovo, Trendnet, Dell, Zoom and others, USB)',
  'multitech-mt9234': 'Multi-Tech MultiModem MT9234',
  mainpine: 'Mainpine RockForce and IQ',
  lucent: 'Lucent, Agere, LSI (Multi-Tech MT5634 and others)',
  'usr-courier': 'U.S. Robotics Courier and Sportster (serial)',
  'rockwell-k56': 'Rockwell and Conexant AC/K56 (Supra 56e, Zoom 56Kx, MT5600ZDX)',
  'rockwell-rc': 'Rockwell RC96, RC144, RC288',
  zyxel: 'ZyXEL U-1496, U-2864, U-336, Omni',
  cirrus: 'Cirrus Logic CL-MD',
  digi: 'Digi AccelePort RAS',
  iaxmodem: 'IAXmodem',
  spandsp: 'spandsp (software modem)',
  t38modem: 't38modem (T.38 gateway)',
  conexant: 'Conexant (other)',
  'generic-class1': 'Any modem, by Class 1',
  generic: 'Any modem',
} as const satisfies Record<string, string>;

export type ModemProfileName = keyof typeof MODEM_PROFILES;
