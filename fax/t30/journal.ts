// What happened in a call, event by event: data here, sentences in describeEvent.ts. The executor adds the time.

import type { PageQuality } from '../t4/coding.ts';
import type { FrameName } from './frames/frameNames.ts';
import type { Outcome, Phase } from './outcome.ts';
import type { Capabilities, FastRate, PageFormat, SessionParameters } from './parameters.ts';
import type { TimerName } from './timers.ts';

export type JournalEvent =
  | { type: 'phase'; phase: Phase }
  /** `name` with its post-message part: `PPS-EOP`. */
  | { type: 'frameSent'; name: string; attempt: number }
  | { type: 'frameReceived'; name: string }
  | {
      type: 'frameIgnored';
      name: FrameName | 'unknown';
      reason: 'badFcs' | 'echo' | 'unexpected' | 'malformed';
    }
  | { type: 'remoteIdentity'; frame: 'CSI' | 'TSI' | 'CIG'; id: string }
  | { type: 'remoteMaker'; maker: string; stationName: string | null }
  | { type: 'remoteSubaddress'; frame: 'SUB' | 'SEP' | 'SID' | 'PSA' | 'PWD'; given: boolean }
  | { type: 'remoteCapabilities'; capabilities: Capabilities }
  | { type: 'agreed'; parameters: SessionParameters; format: PageFormat | null }
  | {
      type: 'training';
      rate: FastRate;
      direction: 'send' | 'receive';
      result: 'sent' | 'good' | 'bad' | 'accepted' | 'refused';
    }
  | { type: 'fallBack'; from: FastRate; to: FastRate }
  | { type: 'pageBegins'; page: number; direction: 'send' | 'receive'; attempt: number }
  | { type: 'blockSent'; page: number; block: number; frames: number }
  | { type: 'blockReceived'; page: number; block: number; frames: number; missing: number }
  /** `quality` null under ECM. `endSeen` false: the carrier went before the page's end was heard. */
  | { type: 'pageReceived'; page: number; quality: PageQuality | null; endSeen: boolean }
  | { type: 'pageConfirmed'; page: number; direction: 'send' | 'receive' }
  | { type: 'pageRefused'; page: number; direction: 'send' | 'receive'; by: 'RTN' | 'PIN' | 'ERR' }
  | { type: 'waitingForHost'; page: number; doing: 'prepare' | 'store' }
  | { type: 'timeout'; timer: TimerName; waitingFor: string }
  | { type: 'ended'; outcome: Outcome };
