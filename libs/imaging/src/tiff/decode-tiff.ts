import { closeSync, openSync } from 'node:fs';
import { type Context, need } from '../context.js';
import { createRawTiff, type RawPicture } from '../raw-tiff.js';
import { BlockReader, type Region } from './block-reader.js';
import { checkBlock, checkMemory } from './check-block.js';
import { FloatRange } from './float-range.js';
import { createScale, fillLevels, type LevelScale, type SamplePath, UNSCALED } from './levels.js';
import { choosePainting, readNoData } from './painters.js';
import type { PagePlan } from './plan-page.js';
import { bytesOfRows, numbersPerRow, readSampleNumbers, samplesOfBlock } from './sample-numbers.js';
import type { TiffPicture } from './tiff-page.js';
import { bytesOfYcbcrRows, readSubsampling, spreadUnits } from './ycbcr.js';

/**
 * Decodes a page that libvips cannot, strip by strip or tile by tile, into the result. Synchronous, because a decoder
 * process has no other work.
 *
 * @returns an uncompressed TIFF with the colour profile of the page; null when libvips decodes the file itself
 * @throws PictureFault `corrupt_image`, `unsupported_format`, `out_of_memory`, `processing_timeout`
 */
export function decodeTiff(context: Context): Buffer | null {
  const { icc, tiff } = need(context, 'source');
  if (!tiff) return null;
  const { picture, plan } = tiff;
  const fd = openSync(context.input.path, 'r');
  try {
    const opened = { ...picture, file: { ...picture.file, fd } };
    return new TiffDecoder(context, opened, plan, icc ?? null).decode();
  } finally {
    closeSync(fd);
  }
}

class TiffDecoder {
  readonly #context: Context;
  readonly #picture: TiffPicture;
  readonly #plan: PagePlan;
  readonly #icc: Buffer | null;
  readonly #reader: BlockReader;
  /** Reads the levels of a region: the colours and alpha of each pixel. */
  readonly #read: (region: Region, scale: LevelScale, range: FloatRange | null) => Uint16Array;

  constructor(context: Context, picture: TiffPicture, plan: PagePlan, icc: Buffer | null) {
    this.#context = context;
    this.#picture = picture;
    this.#plan = plan;
    this.#icc = icc;
    const { page } = picture;
    checkBlock(page, context.limits);
    if (plan.model === 'ycbcr') {
      const subsampling = readSubsampling(picture);
      this.#reader = new BlockReader(picture, (rows) => bytesOfYcbcrRows(page, subsampling, rows));
      this.#read = (region) => {
        const levels = new Uint16Array(region.width * region.height * 3);
        spreadUnits(this.#reader.read(region, 0), page, subsampling, region, levels);
        return levels;
      };
    } else {
      this.#reader = new BlockReader(picture, (rows) => bytesOfRows(page, plan, rows));
      this.#read = (region, scale, range) => this.#readSamples(region, scale, range);
    }
    checkMemory(picture, plan, this.#reader.largestBlock, context.limits);
  }

  decode(): Buffer {
    if (this.#plan.kind !== 'float') return this.#draw(colourScale(this.#plan), null, false);
    const range = new FloatRange(readNoData(this.#picture));
    // Almost all pictures are linear light: draw it as that, and again when the numbers turn out to be measurements. A
    // profile says how its colours are encoded.
    const light = this.#draw(colourScale(this.#plan), range, this.#icc === null);
    return range.isLight ? light : this.#draw(range.scale, null, false);
  }

  #draw(scale: LevelScale, range: FloatRange | null, isLight: boolean): Buffer {
    const { page } = this.#picture;
    const bits = need(this.#context, 'source').metadata.depth === 'ushort' ? 16 : 8;
    const { channels, isCmyk, paint } = choosePainting(this.#picture, this.#plan, bits, isLight);
    const { width, height } = page;
    const raw: RawPicture = { width, height, channels, bits, isCmyk };
    const { file, pixels } = createRawTiff(raw, this.#icc);
    const pixelBytes = channels * (bits / 8);
    for (const region of this.#reader.regions(this.#plan.model !== 'ycbcr')) {
      this.#context.deadline.check();
      const levels = this.#read(region, scale, range);
      const count = region.width * region.height * channels;
      const output = bits === 8 ? new Uint8Array(count) : new Uint16Array(count);
      paint(levels, output);
      const bytes = new Uint8Array(output.buffer);
      const rowBytes = region.width * pixelBytes;
      for (let row = 0; row < region.height; row += 1) {
        const at = ((region.y + row) * width + region.x) * pixelBytes;
        pixels.set(bytes.subarray(row * rowBytes, (row + 1) * rowBytes), at);
      }
    }
    return file;
  }

  #readSamples(region: Region, scale: LevelScale, range: FloatRange | null): Uint16Array {
    const { page, file } = this.#picture;
    const { colours, alpha } = this.#plan;
    const used = Array.from({ length: colours }, (_, index) => index);
    if (alpha !== null && this.#plan.model !== 'cmyk') used.push(alpha);
    const levels = new Uint16Array(region.width * region.height * used.length);
    const blockOf = (plane: number) =>
      readSampleNumbers(this.#reader.read(region, plane), page, this.#plan, file.littleEndian);
    const interleaved = page.isPlanar ? null : blockOf(0);
    used.forEach((sample, index) => {
      const numbers = interleaved ?? blockOf(sample);
      const path: SamplePath = {
        width: region.width,
        height: region.height,
        from: interleaved ? sample : 0,
        fromStep: samplesOfBlock(page),
        fromRow: numbersPerRow(page, this.#plan),
        to: index,
        toStep: used.length,
      };
      const isAlpha = sample === alpha;
      if (!isAlpha) range?.add(numbers, path);
      fillLevels(numbers, path, isAlpha ? createScale(this.#plan) : scale, levels);
    });
    return levels;
  }
}

function colourScale(plan: PagePlan): LevelScale {
  return plan.model === 'palette' || plan.model === 'lab' ? UNSCALED : createScale(plan);
}
