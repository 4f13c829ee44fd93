import type { Difference } from './resource.js';

/** Formats a value for the plan. */
function formatValue(value: unknown): string {
  if (value === undefined || value === null || value === '') return '(none)';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Serializes a value. The order of keys does not matter: equal content gives equal text. */
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
 * @returns the difference; an empty list when both values are equal
 */
export function differing(
  field: string,
  is: unknown,
  shouldBe: unknown,
  apply: () => Promise<unknown>,
): Difference[] {
  if (canonical(is ?? null) === canonical(shouldBe ?? null)) return [];
  return [{ field, from: formatValue(is), to: formatValue(shouldBe), apply }];
}

/** As `differing`, for a field that cannot be changed: the object must be replaced. */
export function differingForGood(field: string, is: unknown, shouldBe: unknown): Difference[] {
  return differing(field, is, shouldBe, () => Promise.resolve()).map((difference) => ({
    ...difference,
    replaces: true,
  }));
}
