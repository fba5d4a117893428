// For tests: makes sure that nothing changes a value in place.

/** Freezes a value and all its parts, and gives it back. Octets cannot be frozen; everything else can. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || Object.isFrozen(value)) {
    return value;
  }
  Object.freeze(value);
  for (const part of Object.values(value)) deepFreeze(part);
  return value;
}
