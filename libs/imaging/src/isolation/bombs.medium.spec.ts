import { deflateSync } from 'node:zlib';
import { defaultRecipe } from '@darkroom/contracts';
import { PictureFault } from '@darkroom/errors';
import { afterEach, describe, expect, it } from 'vitest';
import { drawPng, withFalseSize, manyFrames, manyPages, manyScans, withSegments } from '../testing/bombs.js';
import { drawQuarters, drawTiff, headerBomb } from '../testing/drawings.js';
import { childProcesses } from '../testing/processes.js';
import { createWorkbench, type Workbench } from '../testing/workbench.js';
import { createDecoderPool, type DecoderPool } from './decoder-pool.js';
import { residentBytes } from './resident-bytes.js';

const MEBIBYTE = 2 ** 20;
const zeros = (mebibytes: number) => deflateSync(Buffer.alloc(mebibytes * MEBIBYTE));

let bench: Workbench;
let pool: DecoderPool;
const replaced: string[] = [];

async function open(limitMebibytes: number): Promise<void> {
  replaced.length = 0;
  bench = await createWorkbench((folder) => {
    const onReplaced = (reason: string) => void replaced.push(reason);
    pool = createDecoderPool({ size: 1, memoryLimitBytes: limitMebibytes * MEBIBYTE, folder, onReplaced });
    return pool;
  });
}
afterEach(async () => {
  await pool.close();
  await bench.dispose();
});

/** Processes a picture in a new process. Returns `ready` or its error code, and the peak memory of the process. */
async function processInNewProcess(bytes: Buffer) {
  const outcome = await bench.process(bytes, defaultRecipe).then(
    () => 'ready',
    (error: unknown) => (error instanceof PictureFault ? error.code : error),
  );
  const [pid] = childProcesses();
  const peak = pid === undefined ? null : residentBytes(pid, true);
  return { outcome, peakMebibytes: (peak ?? Infinity) / MEBIBYTE };
}

const profile = (data: Buffer) => Buffer.concat([Buffer.from('profile\0\0', 'latin1'), data]);
const text = (data: Buffer) => Buffer.concat([Buffer.from('Comment\0\0', 'latin1'), data]);
const size = { width: 8, height: 8 };
const pixels = deflateSync(Buffer.alloc(8 * (1 + 8 * 4)));
const jpeg = (options = {}) => drawQuarters(64, 64).jpeg(options).toBuffer();

describe.runIf(process.platform === 'linux')('a bomb', () => {
  it.each<[string, string, () => Buffer | Promise<Buffer>, number?]>([
    ['a PNG of 65,536 pixels a side', 'too_many_pixels', () => headerBomb(65_536, 65_536)],
    ['a PNG whose header states the size of the limit', 'corrupt_image', () => headerBomb(10_000, 10_000)],
    [
      'an interlaced PNG of 16 bits whose header states the size of the limit',
      'corrupt_image',
      () => drawPng({ width: 10_000, height: 10_000, depth: 16, interlaced: true }),
    ],
    [
      'an interlaced PNG of 16 bits that needs more memory at once than the limit allows',
      'out_of_memory',
      () => drawPng({ width: 12_000, height: 8_300, depth: 16, interlaced: true }),
      256,
    ],
    [
      'a progressive JPEG that needs more memory at once than the limit allows',
      'out_of_memory',
      async () => {
        const falseSize = withFalseSize(
          await jpeg({ progressive: true, chromaSubsampling: '4:4:4' }),
          10_000,
          10_000,
        );
        return Buffer.concat([falseSize, Buffer.alloc(300_000)]);
      },
      256,
    ],
    ['a GIF of 50,000 frames', 'too_many_frames', () => manyFrames(50_000)],
    ['a GIF of 50,000 frames on a large canvas', 'too_many_frames', () => manyFrames(50_000, 10_000, 10_000)],
    ['a GIF of 400 frames on a large canvas', 'too_many_frames', () => manyFrames(400, 5_000, 5_000)],
    [
      'a PNG with 640 MiB of text',
      'ready',
      () => {
        const data = text(zeros(64));
        return drawPng({ ...size, pixels, chunks: Array.from({ length: 10 }, () => ['zTXt', data]) });
      },
    ],
    [
      'a PNG with a profile of 256 MiB',
      'ready',
      () => drawPng({ ...size, pixels, chunks: [['iCCP', profile(zeros(256))]] }),
    ],
    [
      'a JPEG with 255 profile segments',
      'ready',
      async () =>
        withSegments(await jpeg(), 0xe2, 255, (index) =>
          Buffer.concat([
            Buffer.from(`ICC_PROFILE\0`, 'latin1'),
            Buffer.from([index + 1, 255]),
            Buffer.alloc(65_000),
          ]),
        ),
    ],
    [
      'a JPEG with 40 MB of comments',
      'ready',
      async () => withSegments(await jpeg(), 0xfe, 640, () => Buffer.alloc(65_000, 0x20)),
    ],
    [
      'a JPEG that states a false size',
      'corrupt_image',
      async () => withFalseSize(await jpeg(), 10_000, 10_000),
    ],
    [
      'a progressive JPEG that states a false size',
      'corrupt_image',
      async () => withFalseSize(await jpeg({ progressive: true }), 10_000, 10_000),
    ],
    [
      'a progressive JPEG that states a false size and is padded',
      'corrupt_image',
      async () =>
        Buffer.concat([
          withFalseSize(await jpeg({ progressive: true }), 10_000, 10_000),
          Buffer.alloc(300_000),
        ]),
    ],
    [
      'a progressive JPEG of 5,000 scans',
      'unsupported_format',
      async () => manyScans(await jpeg({ progressive: true }), 5000),
    ],
    ['a TIFF of 100,000 pages', 'corrupt_image', () => manyPages(drawTiff(60, 40, 'Ann', 1), 100_000)],
    [
      'a TIFF with circular pages',
      'ready',
      () => {
        const tiff = drawTiff(60, 40, 'Ann', 1);
        // The offset of the next directory follows its 12 entries: here, the same directory.
        tiff.writeUInt32LE(8, 8 + 2 + 12 * 12);
        return tiff;
      },
    ],
    [
      'a WebP whose header states the largest size of a WebP',
      'corrupt_image',
      async () => {
        const webp = await drawQuarters(64, 64)
          .withExif({ IFD0: { Artist: 'Ann' } })
          .webp()
          .toBuffer();
        const canvas = webp.indexOf('VP8X') + 12;
        webp.writeUIntLE(16_383, canvas, 3);
        webp.writeUIntLE(16_383, canvas + 3, 3);
        return webp;
      },
    ],
    [
      'a TIFF that states a false size',
      'corrupt_image',
      () => {
        const tiff = drawTiff(60, 40, 'Ann', 1);
        for (const entry of [0, 1]) tiff.writeUInt32LE(10_000, 10 + entry * 12 + 8);
        return tiff;
      },
    ],
  ])('%s ends as %s, with little memory', async (_what, code, draw, limitMebibytes = 1024) => {
    await open(limitMebibytes);
    const { outcome, peakMebibytes } = await processInNewProcess(await draw());
    expect(outcome).toBe(code);
    expect(peakMebibytes).toBeLessThan(200);
    expect(replaced).toEqual([]);
  });
});
