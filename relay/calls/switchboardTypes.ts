// What the switchboard works with: the wire of a connection, devices, endpoints and calls.

import type { CallInfo, RelayMessage } from '../../protocol/relay.ts';
import type { CallEnd, CallState } from './callState.ts';

/** How the switchboard reaches the device on one connection. None of these calls back into the switchboard. */
export interface Wire {
  /** Queues a control message behind the call data that is already waiting. */
  send(message: RelayMessage): void;
  /** Sends what control messages wait, then closes. The owner reports the end with `Switchboard.detach`. */
  close(code: number, reason: string): void;
  /** Throws the waiting call data away; control messages stay, in order. */
  dropData(): void;
  /** Queues a frame of call data behind what waits. */
  sendData(frame: Buffer): void;
  /** Since when call data waits for this device without any of it getting out; undefined when none waits. */
  readonly stuckSinceMs: number | undefined;
  /** When data last got out to this device. */
  readonly lastProgressMs: number;
}

/** A logged-in connection. */
export interface Endpoint {
  readonly wire: Wire;
  readonly device: Device;
  /** The call it belongs to, and as which end; undefined when it is idle. */
  place: { call: Call; end: CallEnd } | undefined;
  watching: boolean;
  attached: boolean;
}

/** A device while it is online: its one session and the connections of it. */
export interface Device {
  readonly deviceId: string;
  displayName: string | undefined;
  owner: string | undefined;
  readonly sessionToken: string;
  /** Changes when the account does: password, name, owner. */
  accountMark: string;
  passwordProof: Buffer;
  readonly endpoints: Set<Endpoint>;
  /** The calls that one of its connections belongs to. */
  readonly calls: Set<Call>;
}

export interface Call {
  readonly id: string;
  state: CallState;
  readonly info: CallInfo;
  readonly ends: { caller: Endpoint | undefined; callee: Endpoint | undefined };
  readonly callerDevice: Device;
  readonly calleeDevice: Device;
  /** When the present phase began. */
  phaseSinceMs: number;
  /** When a byte of data last came in from either end. */
  lastDataMs: number;
}
