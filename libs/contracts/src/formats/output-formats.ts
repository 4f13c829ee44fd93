/** What the platform knows of a format that variants are written in. Its encoder is in `libs/imaging/src/encoders.ts`. */
export interface OutputFormat {
  /** For people; the same in every language. */
  readonly name: string;
  readonly contentType: `image/${string}`;
  /** Of file names and storage keys. It never changes: stored objects are found by it. */
  readonly extension: string;
  /** Whether a variant keeps the frames of an animation; without it, a variant is the first frame. */
  readonly animated: boolean;
  /** Whether `DARKROOM_FORMATS` has it by default. */
  readonly byDefault: boolean;
  /** Whether encoding takes several times as long as in the other formats: its jobs come after all others. */
  readonly slow: boolean;
}

/**
 * Every format that variants can be written in, by the id that the catalogue, the API and `DARKROOM_FORMATS` use.
 *
 * The order is the order of `variants` in an answer: first the format that every browser shows, last the one that is
 * best where it is known. `<picture>` offers them in reverse.
 */
export const outputFormats = {
  jpeg: {
    name: 'JPEG',
    contentType: 'image/jpeg',
    extension: 'jpg',
    animated: false,
    byDefault: true,
    slow: false,
  },
  webp: {
    name: 'WebP',
    contentType: 'image/webp',
    extension: 'webp',
    animated: true,
    byDefault: true,
    slow: false,
  },
  avif: {
    name: 'AVIF',
    contentType: 'image/avif',
    extension: 'avif',
    // The format has animations; sharp writes none.
    animated: false,
    byDefault: false,
    slow: true,
  },
} as const satisfies Record<string, OutputFormat>;

export type OutputFormatId = keyof typeof outputFormats;

/** Ids of the output formats, in the order of {@link outputFormats}. */
export const variantFormats = Object.keys(outputFormats) as OutputFormatId[];

/** The format without which an image is not ready. Every browser shows it. */
export const firstFormat = 'jpeg' satisfies OutputFormatId;

/** Formats that images get unless a setting names others. All but the first follow in jobs of their own. */
export const defaultFormats: readonly OutputFormatId[] = variantFormats.filter(
  (format) => outputFormats[format].byDefault,
);
