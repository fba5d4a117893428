// A serial port as the modem drivers see it: octets in and out. Behind it are serialport's binding, or a fake in tests.

export type FlowControl = 'hardware' | 'software' | 'none';

/** Why a port cannot be opened, or went away. */
export type SerialFault =
  /** No such port, or it vanished (cable pulled). */
  | { kind: 'absent'; detail: string }
  /** Another program has it. */
  | { kind: 'held'; detail: string }
  /** This user may not open it. */
  | { kind: 'denied'; detail: string }
  | { kind: 'broken'; detail: string };

export interface SerialEvents {
  data(octets: Uint8Array): void;
  /** Once; nothing can be sent any more. */
  closed(fault: SerialFault): void;
}

export interface SerialConnection {
  readonly path: string;
  /**
   * Resolves when the driver has taken the octets and flow control let them go (not when they have left the wire).
   * Rejects with SerialClosedError when the port is gone.
   */
  write(octets: Uint8Array): Promise<void>;
  /**
   * Between calls: may drop octets on their way. Under `software` writes are paced by the baud rate, and who sends data
   * heeds XOFF and XON (AtDialogue does): in received data 0x11 and 0x13 are data, which the system cannot know.
   */
  setFlowControl(flow: FlowControl): Promise<void>;
  /** Between calls: drops octets on their way. Rejects with SerialClosedError when the port is gone or cannot do it. */
  setBaudRate(baudRate: number): Promise<void>;
  /** DTR. False where the port has no such line (a PTY). */
  setDtr(on: boolean): Promise<boolean>;
  /** Drops what has been neither sent nor read. */
  discard(): Promise<void>;
  /** Never rejects. */
  close(): Promise<void>;
}

export class SerialClosedError extends Error {
  readonly fault: SerialFault;
  constructor(fault: SerialFault) {
    super(fault.detail);
    this.name = 'SerialClosedError';
    this.fault = fault;
  }
}

export interface SerialSettings {
  path: string;
  baudRate: number;
  flowControl: FlowControl;
}

/** Opens a port, exclusively. Rejects with SerialClosedError. */
export type OpenSerial = (settings: SerialSettings, events: SerialEvents) => Promise<SerialConnection>;
