// Flow control towards the host while it brings data faster than the line takes them.

import type { ModemCore } from './modemCore.ts';

const HIGH_WATER_OCTETS = 1500;
const LOW_WATER_OCTETS = 500;
const XON = 0x11;
const XOFF = 0x13;

/** Stops the host while enough data wait: XOFF and XON with +FLO=1, and by not taking what it writes. */
export class HostFlow {
  readonly #core: ModemCore;
  #stopped = false;

  constructor(core: ModemCore) {
    this.#core = core;
  }

  level(waitingOctets: number): void {
    const stop = this.#stopped ? waitingOctets > LOW_WATER_OCTETS : waitingOctets > HIGH_WATER_OCTETS;
    if (stop === this.#stopped) return;
    this.#stopped = stop;
    if (this.#core.value('+FLO') === '1') this.#core.link.raw(Uint8Array.of(stop ? XOFF : XON));
    this.#core.holdUp(stop);
  }
}
