import sharp from 'sharp';

/** The properties of a picture that was decoded completely. */
export interface PictureFacts {
  /** `jpeg`, `webp`, `avif`, … */
  format: string;
  /** Pixels, of one frame. */
  width: number;
  /** Pixels, of one frame. */
  height: number;
  frames: number;
  hasAlpha: boolean;
  /** EXIF orientation; undefined when absent. */
  orientation: number | undefined;
  /** Whether its colours are sRGB: by its profile, or because it has none. */
  isSrgb: boolean;
  /** Every metadata block as one text, to search for what must or must not be in it. */
  metadata: string;
}

/**
 * Decodes a picture to its last pixel and returns its properties.
 *
 * @throws Error when a part of it cannot be decoded
 */
export async function inspectPicture(bytes: Uint8Array): Promise<PictureFacts> {
  const options = { animated: true, failOn: 'warning' } as const;
  const { format, width, height, pages = 1, pageHeight, ...rest } = await sharp(bytes, options).metadata();
  const isAvif = format === 'heif' && rest.compression === 'av1';
  await sharp(bytes, options).raw().toBuffer();
  const { exif, xmp, iptc, icc } = rest;
  return {
    format: isAvif ? 'avif' : format,
    width,
    height: pageHeight ?? height,
    frames: pages,
    hasAlpha: rest.hasAlpha,
    orientation: rest.orientation,
    isSrgb: rest.space === 'srgb' && (icc === undefined || asText([icc]).includes('sRGB')),
    metadata: asText([exif, xmp, iptc]),
  };
}

/** Metadata is partly UTF-16 (ICC), partly bytes: without zero bytes both can be searched. */
function asText(blocks: (Buffer | undefined)[]): string {
  return blocks.map((block) => block?.toString('latin1').replaceAll('\0', '') ?? '').join('\n');
}

/**
 * The colour of a picture (its first frame) around one point, as 8-bit red, green and blue. Orientation is not applied.
 *
 * @param u - 0 at the left edge, 1 at the right
 * @param v - 0 at the top, 1 at the bottom
 */
export async function colourAt(bytes: Uint8Array, u: number, v: number): Promise<[number, number, number]> {
  const side = 16;
  const pixels = await sharp(bytes)
    .resize(side, side, { fit: 'fill' })
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer();
  const cell = (share: number): number => Math.min(side - 1, Math.floor(share * side));
  const at = 3 * (cell(v) * side + cell(u));
  return [pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0];
}
