import { firstFormat, outputFormats, type Variant, variantFormats } from '@darkroom/contracts';

/** One `<source>` of a `<picture>`. */
export interface Source {
  readonly type: string;
  readonly srcset: string;
}

export interface Sources {
  /** For browsers to choose from: the best format first, each only where it has been made. */
  readonly sources: readonly Source[];
  /** `srcset` in the format that every browser shows; empty where there is none. */
  readonly srcset: string;
  /** For a browser without `srcset`. */
  readonly fallback: string;
}

/** The variants as a browser takes them, so that it can pick the smallest that fits in the best format that it knows. */
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
    // A source smaller than a size gives several variants of one width.
    if (variant.format === format && !widths.has(variant.width)) widths.set(variant.width, variant.url);
  }
  return [...widths].map(([width, url]) => `${url} ${width}w`).join(', ');
}
