import { findInputFormat, type Image, type Variant } from '@darkroom/contracts';

export interface Savings {
  /** The variant with the smallest file among those of the largest size. */
  readonly variant: Variant;
  /** From 0 to 1. */
  readonly share: number;
}

/** How many bytes the largest size saves compared with the original; null if it saves none. */
export function savingsOf({ bytes, variants }: Pick<Image, 'bytes' | 'variants'>): Savings | null {
  const widest = Math.max(0, ...variants.map(({ width }) => width));
  const [variant] = variants
    .toReversed()
    .filter(({ width }) => width === widest)
    .toSorted((one, other) => one.bytes - other.bytes);
  if (variant === undefined || variant.bytes >= bytes) return null;
  return { variant, share: 1 - variant.bytes / bytes };
}

/** Whether the browser can display the original, for zooming in further than the largest size allows. */
export function showsOriginal({ contentType }: Pick<Image, 'contentType'>): boolean {
  return findInputFormat(contentType)?.inBrowsers ?? false;
}
