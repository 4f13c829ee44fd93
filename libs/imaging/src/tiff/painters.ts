import type { RawPicture } from '../raw-tiff.js';
import { createLabPainter } from './lab.js';
import { LEVEL_MAX } from './levels.js';
import { encodeLight, type Output, type Painter, tableOf, type ToSample } from './output.js';
import type { PagePlan } from './plan-page.js';
import { readBytes, readNumbers } from './tiff-directory.js';
import { TAG, type TiffPicture } from './tiff-page.js';
import { createYcbcrPainter } from './ycbcr.js';

export interface Painting {
  channels: RawPicture['channels'];
  isCmyk: boolean;
  paint: Painter;
}

const WHITE_IS_ZERO = 0;

/**
 * Chooses how the levels of a page become colours.
 *
 * @param bits - of a sample of the result
 * @param isLight - grey and RGB are linear light, and become the encoded values of sRGB
 */
export function choosePainting(
  picture: TiffPicture,
  plan: PagePlan,
  bits: 8 | 16,
  isLight: boolean,
): Painting {
  const { page } = picture;
  const top = 2 ** bits - 1;
  const toSample: ToSample = (level) => Math.round((level / LEVEL_MAX) * top);
  const alpha = plan.alpha === null ? null : tableOf(toSample, bits);
  const channels = (count: 1 | 3) => (alpha ? ((count + 1) as 2 | 4) : count);
  switch (plan.model) {
    case 'palette':
      return {
        channels: channels(3),
        isCmyk: false,
        paint: createPalettePainter(picture, plan, toSample, alpha),
      };
    case 'lab':
      return {
        channels: channels(3),
        isCmyk: false,
        paint: createLabPainter(picture, plan, toSample, alpha),
      };
    case 'ycbcr':
      return { channels: 3, isCmyk: false, paint: createYcbcrPainter(picture, toSample) };
    case 'cmyk':
      return {
        channels: 4,
        isCmyk: true,
        paint: createPlainPainter(4, tableOf(toSample, bits), null, false),
      };
    default: {
      const isInverted = page.photometric === WHITE_IS_ZERO;
      const encode = isLight ? encodeLight : (level: number) => level;
      const table = tableOf((level) => toSample(encode(isInverted ? LEVEL_MAX - level : level)), bits);
      const { colours } = plan;
      return {
        channels: channels(colours === 1 ? 1 : 3),
        isCmyk: false,
        paint: createPlainPainter(colours, table, alpha, plan.isAssociated),
      };
    }
  }
}

/** Every colour by one table. */
function createPlainPainter(
  colours: number,
  table: Output,
  alpha: Output | null,
  isAssociated: boolean,
): Painter {
  return (levels, output) => {
    if (isAssociated) divideByAlpha(levels, colours);
    let to = 0;
    for (let at = 0; at < levels.length;) {
      for (const end = at + colours; at < end; at += 1, to += 1) output[to] = table[levels[at] ?? 0] ?? 0;
      if (!alpha) continue;
      output[to] = alpha[levels[at] ?? 0] ?? 0;
      at += 1;
      to += 1;
    }
  };
}

/** Sharp expects colours that are not premultiplied by alpha. */
function divideByAlpha(levels: Uint16Array, colours: number): void {
  for (let at = 0; at < levels.length; at += colours + 1) {
    const alpha = levels[at + colours] ?? 0;
    if (alpha === 0 || alpha === LEVEL_MAX) continue;
    for (let channel = at; channel < at + colours; channel += 1) {
      levels[channel] = Math.min(LEVEL_MAX, Math.round(((levels[channel] ?? 0) * LEVEL_MAX) / alpha));
    }
  }
}

/** ColorMap holds all reds, then all greens, then all blues, of 16 bits. */
function createPalettePainter(
  { file, page }: TiffPicture,
  { bits }: PagePlan,
  toSample: ToSample,
  alpha: Output | null,
): Painter {
  const count = 2 ** bits;
  const map = readNumbers(file, page.directory, TAG.colourMap, count * 3);
  // Some old writers fill the map with 8 bits.
  const factor = map.every((value) => value < 256) ? 257 : 1;
  const samples = Uint16Array.from(map, (value) => toSample(Math.min(LEVEL_MAX, value * factor)));
  return (levels, output) => {
    const step = alpha ? 2 : 1;
    for (let at = 0, to = 0; at < levels.length; at += step) {
      const index = levels[at] ?? 0;
      output[to] = samples[index] ?? 0;
      output[to + 1] = samples[index + count] ?? 0;
      output[to + 2] = samples[index + count * 2] ?? 0;
      if (alpha) output[to + 3] = alpha[levels[at + 1] ?? 0] ?? 0;
      to += alpha ? 4 : 3;
    }
  };
}

/** Returns GDAL's number for pixels without a measurement; NaN without one. */
export function readNoData({ file, page }: TiffPicture): number {
  const text = readBytes(file, page.directory, TAG.noData, 64)
    .toString('latin1')
    .replace(/\0.*$/s, '')
    .trim();
  return text === '' ? Number.NaN : Number(text);
}
