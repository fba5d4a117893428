// The lines by which a Class 2 modem tells its host what the far end said of itself.

import { parseCapabilities } from '../../../fax/t30/frames/capabilities.ts';
import type { Frame } from '../../../fax/t30/frames/frame.ts';
import { parseIdentity } from '../../../fax/t30/frames/identity.ts';
import { parametersOfCapabilities } from './class2Parameters.ts';
import type { Class2Settings } from './class2Settings.ts';
import { wordsOf } from './class2Words.ts';

const IDENTITY_LENGTH = 20;

/** `reports`: +FNR, receiver's and sender's parameters, identities, non-standard frames; Class 2 tells all. */
export function linesOf(
  frames: readonly Frame[],
  settings: Class2Settings,
  { reports, knowsAllResolutions }: { reports: string; knowsAllResolutions: boolean },
): string[] {
  const { faxClass } = settings;
  const words = wordsOf(faxClass);
  const [receiver, , identities, nonStandard] = reports
    .split(',')
    .map((report) => faxClass === '2' || report === '1');
  return frames.flatMap(({ name: frameName, fif }) => {
    const name: string = frameName;
    const identity = `"${parseIdentity(fif).padStart(IDENTITY_LENGTH)}"`;
    switch (name) {
      case 'CSI':
        return identities === true ? [`${words.csi}${identity}`] : [];
      case 'TSI':
        return identities === true ? [`${words.tsi}${identity}`] : [];
      case 'CIG':
        return identities === true ? [`${words.cig}${identity}`] : [];
      case 'NSF':
      case 'NSS': {
        const hex = [...fif].map((octet) => octet.toString(16).toUpperCase().padStart(2, '0')).join(' ');
        return nonStandard === true ? [`${name === 'NSF' ? words.nsf : words.nss}${hex}`] : [];
      }
      case 'DIS':
      case 'DTC': {
        const said = settings.format(
          parametersOfCapabilities(parseCapabilities(fif), faxClass, knowsAllResolutions),
        );
        return receiver === true ? [`${name === 'DIS' ? words.dis : words.dtc}${said}`] : [];
      }
      case 'SUB':
        return faxClass === '2.1' ? [`+FSA:${identity}`] : [];
      case 'SEP':
        return faxClass === '2.1' ? [`+FPA:${identity}`] : [];
      case 'SID':
      case 'PWD':
        return faxClass === '2.1' ? [`+FPW:${identity}`] : [];
      default:
        return [];
    }
  });
}
