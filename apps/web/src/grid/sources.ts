import { firstFormat, outputFormats, type Variant, variantFormats } from '@darkroom/contracts';

/** One `<source>` of a `<picture>`. */
export interface Source {
  readonly type: string;
  readonly srcset: string;
}

export interface Sources {
  /** For the browser to choose from: the best format first, and only formats that have variants. */
  readonly sources: readonly Source[];
  /** `srcset` in the format that every browser supports; empty if there are no variants in it. */
  readonly srcset: string;
  /** For browsers without `srcset`. */
  readonly fallback: string;
}

/** The variants as `srcset`. The browser picks the best format that it supports, and in it the smallest size that fits. */
export function sourcesOf(variants: readonly Variant[]): Sources {
  const first = variants.filter(({ format }) => format === firstFormat);
  return {
    sources: variantFormats
      .toReversed()
      .filter((format) => format !== firstFormat)
      .map((format) => ({ type: outputFormats[format].contentType, srcset: srcsetOf(variants, format) }))
      .filter(({ srcset }) => srcset !== ''),
    srcset: srcsetOf(first, firstFormat),
    fallback: (first.find(({ name }) => name === 'medium') ?? first.at(-1) ?? variants[0])?.url ?? '',
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
