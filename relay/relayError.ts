// An error told to the person at the command line: one sentence, and a code that stays the same.

export type RelayErrorCode =
  | 'badArgument'
  | 'deviceExists'
  | 'unknownDevice'
  | 'noPassword'
  | 'noDataFolder'
  | 'alreadyRunning'
  | 'notRunning'
  | 'tlsRequired'
  | 'tlsBroken'
  | 'cannotListen'
  | 'internalError';

export class RelayError extends Error {
  readonly code: RelayErrorCode;

  constructor(code: RelayErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
