// The S registers of a modem (V.250): what they hold after power on, and what a host has set.

/** S0 rings to answer (0), S3 – S5 characters, S6 blind dial, S7 wait for carrier, S8 comma, S10 carrier loss, S11 tone. */
const INITIAL: Readonly<Record<number, number>> = {
  3: 13,
  4: 10,
  5: 8,
  6: 2,
  7: 60,
  8: 2,
  10: 14,
  11: 95,
  12: 50,
};

export class Registers {
  readonly #set = new Map<number, number>();

  get(register: number): number {
    return this.#set.get(register) ?? INITIAL[register] ?? 0;
  }

  set(register: number, value: number): void {
    this.#set.set(register, value & 0xff);
  }

  reset(): void {
    this.#set.clear();
  }
}
