// The AT dialogue with a modem: commands and results, and the data that flows between CONNECT and DLE ETX.
// It knows V.250 and T.31's framing of data, and nothing of fax.

/** Final results that are told apart, verbose or numeric alike. `other` for any line that is none of them. */
export type ResultCode =
  | 'OK'
  | 'CONNECT'
  | 'RING'
  | 'NO CARRIER'
  | 'ERROR'
  | 'NO DIALTONE'
  | 'BUSY'
  | 'NO ANSWER'
  | 'VOICE'
  | 'FAX'
  | 'DELAYED'
  | 'BLACKLISTED'
  | '+FCERROR'
  | '+FRH:3';

export interface AtAnswer {
  /** `timeout`: nothing came in time. `closed`: the port is gone. `aborted`: by the caller's signal. */
  result: ResultCode | 'timeout' | 'closed' | 'aborted';
  /** Information lines before the result, echo and empty lines left out, in order. */
  lines: readonly string[];
}

export interface CommandOptions {
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  /** Told each information line as it comes, e.g. +FCSI of Class 2. */
  onLine?: ((line: string) => void) | undefined;
}

/** What comes without being asked for: RING, caller id lines, and anything while no command is running. */
export type Unsolicited =
  | { type: 'ring'; cadence?: string }
  | { type: 'callerId'; number?: string; name?: string }
  | { type: 'line'; text: string };

export interface AtDialogue {
  /**
   * Sends `text` (with its AT, without CR) and waits for its result. One at a time: a second one waits for the first.
   * Never rejects. After CONNECT of a command that receives, octets that follow are kept for `receiveData`.
   */
  command(text: string, options: CommandOptions): Promise<AtAnswer>;
  /** A further result of the command sent last, without sending anything (after data; CONNECT of the next frame). */
  nextResult(options: CommandOptions): Promise<AtAnswer>;
  /**
   * Data until DLE ETX, DLE undone, in chunks as they come. `ended`: DLE ETX came, `nextResult` gives what follows.
   * `timeout`: nothing came for `silenceMs`. `result`: a result code came in the place of data (a modem that gave up);
   * it is what `nextResult` gives.
   */
  receiveData(
    onOctets: (octets: Uint8Array) => void,
    options: {
      silenceMs: number;
      signal?: AbortSignal | undefined;
      /** The modem does not double DLE (quirk `singleDle`). */
      singleDle?: boolean | undefined;
    },
  ): Promise<'ended' | 'timeout' | 'result' | 'closed' | 'aborted'>;
  /**
   * Sends data, DLE doubled, with DLE ETX behind it when `last`. Resolves when the port has taken it; also when the modem
   * gave a result meanwhile (it takes no more data): `nextResult` gives it. `aborted` also when the modem takes nothing for
   * 30 s.
   */
  sendData(
    octets: Uint8Array,
    options: { last: boolean; signal?: AbortSignal | undefined },
  ): Promise<'sent' | 'closed' | 'aborted'>;
  /** Octets as they are: DC2, CAN, DLE codes of Class 2.0, `+++`. Waits for flow control for 5 s at most. */
  sendRaw(octets: Uint8Array): Promise<'sent' | 'closed'>;
  /** Ends a command that waits for the line (ATD, +FRH …) by a character, and takes its result (T.31: OK or NO CARRIER). */
  interrupt(timeoutMs: number): Promise<AtAnswer>;
  /** The next octet of flow-control start (XON, or DC2) in a transmitting Class 2 page; false when none came in time. */
  waitForOctet(octet: number, timeoutMs: number): Promise<boolean>;
  /** Ends everything that waits, as aborted, and forgets what came: what comes from now on answers the next command. */
  reset(): void;
  /** Returns what ends the listening. */
  onUnsolicited(listener: (what: Unsolicited) => void): () => void;
  /** Everything that goes over the port, for the line test and the technical log. */
  onTranscript(listener: (direction: 'sent' | 'received', text: string) => void): () => void;
}
