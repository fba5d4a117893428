// A wait for its own sake: what a modem needs before it takes the next word.

export function pause(waitMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, waitMs));
}
