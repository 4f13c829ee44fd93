import { formatBytes, formatNumber, PictureFault } from '@darkroom/errors';
import type { ImagingLimits } from '../engine-types.js';
import { bitsOfResult, type PagePlan } from './plan-page.js';
import { bytesOfRows } from './sample-numbers.js';
import { TAG, type TiffPage, type TiffPicture } from './tiff-page.js';

/** Memory of a decoder process before it decodes, of the parts in work, and of libvips while it reads the result. */
const BASE_BYTES = 128 * 2 ** 20;
const NONE = 1;

/** @throws PictureFault `corrupt_image` or `too_many_pixels` when a strip or tile is impossible */
export function checkBlock({ block }: TiffPage, { maxPixels }: ImagingLimits): void {
  const isPossible = [block.width, block.height].every((side) => Number.isInteger(side) && side >= 1);
  if (!isPossible) throw new PictureFault('corrupt_image');
  if (block.width * block.height <= maxPixels) return;
  throw new PictureFault(
    'too_many_pixels',
    `The tiles of this picture have ${formatNumber(block.width)} × ${formatNumber(block.height)} pixels. ` +
      `The limit is ${formatNumber(maxPixels)} pixels.`,
  );
}

/**
 * Refuses a page that needs more memory than the limit: its pixels, and one strip or tile of it.
 *
 * @param largestBlock - bytes of a strip or tile in the file
 * @throws PictureFault `out_of_memory`
 */
export function checkMemory(
  { file, page }: TiffPicture,
  plan: PagePlan,
  largestBlock: number,
  { memoryBytes }: ImagingLimits,
): void {
  if (memoryBytes === undefined) return;
  const channels = plan.alpha === null && plan.model !== 'cmyk' ? 3 : 4;
  const sampleBytes = bitsOfResult(plan, page.directory.entries.has(TAG.icc)) / 8;
  const result = page.width * page.height * (plan.model === 'grey' ? channels - 2 : channels) * sampleBytes;
  const planes = page.isPlanar ? channels : 1;
  const block = bytesOfRows(page, plan, page.block.height) * planes + Math.min(file.size, largestBlock);
  const bytes = result + (page.compression === NONE ? 0 : block) + BASE_BYTES;
  if (bytes <= memoryBytes) return;
  throw new PictureFault(
    'out_of_memory',
    `This picture needs ${formatBytes(bytes)} of memory. The limit is ${formatBytes(memoryBytes)}. ` +
      'Save it with smaller strips or tiles, or scale it down.',
  );
}
