// Why a relay could not be reached, was left, or did not make a call: every cause as an outcome and a back-off.

import { outcome, type Outcome, type OutcomeCode } from '../../protocol/outcome.ts';
import { RELAY_CLOSE, type CallCause } from '../../protocol/relay.ts';
import type { ConnectFailure } from './backOff.ts';
import type { LoginRefusal } from './connectionState.ts';

export interface ConnectFault {
  outcome: Outcome;
  backOff: ConnectFailure;
}

export function fault(
  code: OutcomeCode,
  detail: string,
  backOff: ConnectFailure = { kind: 'broken' },
): ConnectFault {
  return { outcome: outcome(code, 'relay', detail), backOff };
}

/** What a failed TCP, TLS or WebSocket handshake means. */
export function handshakeFault(error: Error & { code?: unknown }): ConnectFault {
  const code = typeof error.code === 'string' ? error.code : '';
  const detail = error.message === '' ? code : error.message;
  if (isCertificateCode(code)) return fault('RELAY_CERTIFICATE', detail);
  if (/subprotocol/i.test(error.message)) return fault('RELAY_VERSION', detail, { kind: 'refused' });
  return fault('RELAY_UNREACHABLE', detail);
}

/** An HTTP answer of the relay's address that is not a WebSocket's. */
export function httpFault(status: number): ConnectFault {
  const detail = `HTTP ${status} instead of a relay`;
  return status === 429 || status === 503 ? fault('RELAY_BUSY', detail) : fault('RELAY_UNREACHABLE', detail);
}

/** A proxy's answer to CONNECT other than 200. */
export function proxyFault(status: number): ConnectFault {
  // 502 to 504: the proxy is willing, and cannot reach the relay itself.
  return status >= 502 && status <= 504
    ? fault('RELAY_UNREACHABLE', `the proxy answered ${status}`)
    : fault('RELAY_PROXY_REFUSED', `the proxy answered ${status}`);
}

export function loginFault(refusal: LoginRefusal): ConnectFault {
  const { code, retryAfterMs } = refusal;
  const detail = `login: ${code}`;
  switch (code) {
    case 'loginRefused':
      return fault('RELAY_LOGIN_REFUSED', detail, { kind: 'refused', retryAfterMs });
    case 'versionNotSupported':
      return fault('RELAY_VERSION', detail, { kind: 'refused', retryAfterMs });
    case 'tooManyAttempts':
    case 'tooManyConnections':
      return fault('RELAY_BUSY', detail, { kind: 'refused', retryAfterMs });
  }
}

/** What the end of a connection says about the relay. */
export function closeFault(code: number, reason: string): ConnectFault {
  const detail = `closed with ${code} ${reason}`.trim();
  switch (code) {
    case RELAY_CLOSE.loginRefused:
      return fault('RELAY_LOGIN_REFUSED', detail, { kind: 'refused' });
    case RELAY_CLOSE.replaced:
      return fault('RELAY_REPLACED', detail, { kind: 'refused' });
    case 1001:
    case 1012:
      return fault('RELAY_STOPPING', detail);
    case 1013:
      return fault('RELAY_BUSY', detail);
    default:
      return fault('RELAY_UNREACHABLE', detail);
  }
}

/** The outcome of a connect request (9) that did not become a call. */
export function connectFailedOutcome(cause: CallCause): Outcome {
  return outcome(CONNECT_CODES[cause], 'connect', cause);
}

const CONNECT_CODES = {
  unknownDevice: 'DEVICE_UNKNOWN',
  offline: 'DEVICE_OFFLINE',
  busy: 'DEVICE_BUSY',
  refused: 'DEVICE_REFUSED',
  noAnswer: 'DEVICE_NO_ANSWER',
  cancelled: 'CANCELLED',
  callerGone: 'CALL_BROKEN',
  peerGone: 'CALL_BROKEN',
  stalled: 'CALL_STALLED',
  idleTooLong: 'CALL_STALLED',
  relayStopping: 'RELAY_STOPPING',
  tooManyRequests: 'RELAY_BUSY',
} as const satisfies Record<CallCause, OutcomeCode>;

const CERTIFICATE_CODES = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_DECRYPT_CERT_SIGNATURE',
  'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY',
  'ERROR_IN_CERT_NOT_BEFORE_FIELD',
  'ERROR_IN_CERT_NOT_AFTER_FIELD',
  'INVALID_CA',
  'PATH_LENGTH_EXCEEDED',
  'INVALID_PURPOSE',
  'HOSTNAME_MISMATCH',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'ERR_TLS_CERT_ALTNAME_FORMAT',
  'EE_KEY_TOO_SMALL',
  'CA_KEY_TOO_SMALL',
  'CA_MD_TOO_WEAK',
]);

function isCertificateCode(code: string): boolean {
  return CERTIFICATE_CODES.has(code) || /^(CERT|CRL)_/.test(code);
}
