import type { Difference } from './resource.js';

/** A value as a person reads it in a plan. */
function shown(value: unknown): string {
  if (value === undefined || value === null || value === '') return '(none)';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The same text for the same content, whatever order the keys are in. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/**
 * Compares one field.
 *
 * @returns the difference, or nothing when both hold the same
 */
export function differing(
  field: string,
  is: unknown,
  shouldBe: unknown,
  apply: () => Promise<unknown>,
): Difference[] {
  if (canonical(is ?? null) === canonical(shouldBe ?? null)) return [];
  return [{ field, from: shown(is), to: shown(shouldBe), apply }];
}

/** As `differing`, for what can only be changed by making the object anew. */
export function differingForGood(field: string, is: unknown, shouldBe: unknown): Difference[] {
  return differing(field, is, shouldBe, () => Promise.resolve()).map((difference) => ({
    ...difference,
    replaces: true,
  }));
}
