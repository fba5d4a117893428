// The two bit orders of a byte on the line.

/** Every byte value with its eight bits the other way round. */
export const reversedBytes: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => {
  let reversed = 0;
  for (let bit = 0; bit < 8; bit++) if ((byte & (1 << bit)) !== 0) reversed |= 0x80 >> bit;
  return reversed;
});

/** Copies `from` to `to` at `offset` with the bits of every byte the other way round. `to` may be `from` itself at 0. */
export function copyReversed(from: Uint8Array, to: Uint8Array, offset: number): void {
  for (let index = 0; index < from.length; index++) {
    to[offset + index] = reversedBytes[from[index] ?? 0] ?? 0;
  }
}
