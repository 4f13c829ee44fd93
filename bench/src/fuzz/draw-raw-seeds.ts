import { drawCr3, drawRaf, drawTiffRaw } from '@darkroom/imaging/testing';
import sharp from 'sharp';
import type { Seed } from './seed.js';

const KINDS = ['dng', 'cr2', 'nef', 'arw', 'orf', 'rw2', 'pef'] as const;
/** Pixels: the smallest preview that is not a thumbnail. Of one colour, so that most bytes are structure. */
const PREVIEW = { width: 640, height: 40 };

/** Draws a camera RAW file of every structure. */
export async function drawRawSeeds(): Promise<Seed[]> {
  const draw = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: '#4080c0' } })
      .jpeg({ quality: 40 })
      .toBuffer();
  const [preview, thumbnail] = await Promise.all([draw(PREVIEW.width, PREVIEW.height), draw(16, 8)]);
  const parts = { preview, thumbnail, orientation: 6 };
  return [
    ...KINDS.map((kind) => ({ name: `raw-${kind}`, bytes: drawTiffRaw(kind, parts) })),
    { name: 'raw-raf', bytes: drawRaf(preview) },
    { name: 'raw-cr3', bytes: drawCr3(parts) },
  ];
}
