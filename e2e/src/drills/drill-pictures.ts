import { drawJpeg } from '@darkroom/testing';
import type { Expected } from './ledger.js';

export interface DrillPicture {
  bytes: Buffer;
  expected: Expected;
}

const SOUND = 12;
const BROKEN_EVERY = 20;

/** A supply of pictures. One in twenty is cut off: it must fail, and a retry must not change that. */
export async function drawPictures(): Promise<(index: number) => DrillPicture> {
  const sound = await Promise.all(
    Array.from({ length: SOUND }, (_, seed) =>
      drawJpeg({ width: 240 + seed * 60, height: 160 + seed * 40, seed }),
    ),
  );
  const [first = Buffer.alloc(0)] = sound;
  const broken = first.subarray(0, Math.floor(first.length / 2));
  return (index) =>
    index % BROKEN_EVERY === BROKEN_EVERY - 1
      ? { bytes: broken, expected: 'failed' }
      : { bytes: sound[index % SOUND] ?? first, expected: 'ready' };
}
