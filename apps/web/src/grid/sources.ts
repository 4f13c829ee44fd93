import type { Variant } from '@darkroom/contracts';

export interface Sources {
  /** `srcset` of each format; empty if there are no variants in it. */
  readonly avif: string;
  readonly webp: string;
  readonly jpeg: string;
  /** For browsers without `srcset`. */
  readonly fallback: string;
}

/** The variants as `srcset`, from which the browser picks the smallest that fits. */
export function sourcesOf(variants: readonly Variant[]): Sources {
  const jpegs = variants.filter(({ format }) => format === 'jpeg');
  return {
    avif: srcsetOf(variants, 'avif'),
    webp: srcsetOf(variants, 'webp'),
    jpeg: srcsetOf(variants, 'jpeg'),
    fallback: (jpegs.find(({ name }) => name === 'medium') ?? jpegs.at(-1) ?? variants[0])?.url ?? '',
  };
}

function srcsetOf(variants: readonly Variant[], format: Variant['format']): string {
  const widths = new Map<number, string>();
  for (const variant of variants) {
    // An original smaller than several sizes has several variants of one width.
    if (variant.format === format && !widths.has(variant.width)) widths.set(variant.width, variant.url);
  }
  return [...widths].map(([width, url]) => `${url} ${width}w`).join(', ');
}
