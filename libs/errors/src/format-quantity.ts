/** A language tag, or an empty list for the language of the browser or the system. */
export type Locale = string | readonly string[];

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** Writes a number with separators: `65,536`. Error sentences are in English. */
export function formatNumber(value: number, locale: Locale = 'en'): string {
  return new Intl.NumberFormat(locale).format(value);
}

/** Writes a size as file managers do: `50 MB` for 50 MiB, because 1 kB is 1,024 bytes. */
export function formatBytes(bytes: number, locale: Locale = 'en'): string {
  const power = Math.min(BYTE_UNITS.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: BYTE_UNITS[power] ?? 'byte',
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits: power === 0 || value >= 10 ? 0 : 1,
  }).format(value);
}

/** Writes a duration in seconds: `30 seconds`. */
export function formatSeconds(seconds: number): string {
  return new Intl.NumberFormat('en', { style: 'unit', unit: 'second', unitDisplay: 'long' }).format(seconds);
}

/**
 * Writes a number of pixels and its limit: `4.3 gigapixels` and `100 megapixels`. Writes both in full when rounding
 * would make a number above the limit look equal to it.
 */
export function formatPixels(pixels: number, limit: number): [pixels: string, limit: string] {
  const [rounded, roundedLimit] = [roundPixels(pixels), roundPixels(limit)];
  if (rounded !== roundedLimit) return [rounded, roundedLimit];
  return [`${formatNumber(pixels)} pixels`, `${formatNumber(limit)} pixels`];
}

function roundPixels(pixels: number): string {
  if (pixels < 1e6) return `${formatNumber(pixels)} pixels`;
  const [unit, size] = pixels < 1e9 ? (['megapixels', 1e6] as const) : (['gigapixels', 1e9] as const);
  return `${formatNumber(Math.round((pixels / size) * 10) / 10)} ${unit}`;
}
