// node:timers/promises on the timers that vitest fakes, which leaves that module out.

/** As node's, without its signal. */
export async function setTimeout<Value>(delayMs: number, value?: Value): Promise<Value | undefined> {
  await new Promise<void>((resolve) => {
    globalThis.setTimeout(resolve, delayMs);
  });
  return value;
}

export async function setImmediate(): Promise<void> {
  await new Promise<void>((resolve) => {
    globalThis.setImmediate(resolve);
  });
}
