import { defaultRecipe } from '@darkroom/contracts';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawQuarters, drawTiff, headerBomb } from './testing/drawings.js';
import { Random } from './testing/random.js';
import { createWorkbench, oneSize, only, type Workbench } from './testing/workbench.js';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.dispose());

/**
 * Noise hardly compresses, so a cut anywhere removes pixels. The seed is fixed: with other noise, a compression without
 * a checksum might not detect changed bytes.
 */
const random = new Random(1);
const grain = Buffer.from(
  Array.from({ length: 300 * 200 * 3 }, () => random.below(64) + random.below(64) + random.below(128)),
);
const noise = () => sharp(grain, { raw: { width: 300, height: 200, channels: 3 } });

/** Truncated and broken files. */
describe('corrupt_image is the code of', () => {
  const FORMATS = ['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const;
  const cuts = FORMATS.flatMap((format) => [0.1, 0.5, 0.95].map((part) => [format, part] as const));

  it.each(cuts)('a %s file cut off at %d of its length', async (format, part) => {
    const whole = await noise().toFormat(format).toBuffer();
    await expect(bench.process(whole)).resolves.toBeDefined();
    const cut = whole.subarray(0, Math.floor(whole.length * part));
    await expect(bench.process(cut)).rejects.toMatchObject({ code: 'corrupt_image' });
    await expect(bench.encode(cut, 'webp')).rejects.toMatchObject({ code: 'corrupt_image' });
  });

  it('a progressive JPEG cut in half', async () => {
    const whole = await noise().jpeg({ progressive: true }).toBuffer();
    const cut = whole.subarray(0, whole.length >> 1);
    await expect(bench.process(cut)).rejects.toMatchObject({ code: 'corrupt_image' });
  });

  it('a TIFF with a complete header, cut in half', async () => {
    const whole = drawTiff(300, 200, 'Ann', 1);
    const cut = whole.subarray(0, whole.length >> 1);
    await expect(bench.process(cut)).rejects.toMatchObject({ code: 'corrupt_image' });
  });

  it.each(['lzw', 'deflate'] as const)(
    'a TIFF with %s compression and broken strips',
    async (compression) => {
      const broken = Buffer.from(await noise().tiff({ compression }).toBuffer());
      broken.fill(0xff, Math.floor(broken.length * 0.4), Math.floor(broken.length * 0.5));
      await expect(bench.process(broken)).rejects.toMatchObject({ code: 'corrupt_image' });
    },
  );

  it('a PNG with a changed byte among its pixels', async () => {
    const broken = Buffer.from(await noise().png().toBuffer());
    broken[broken.length >> 1] = 0xff ^ (broken[broken.length >> 1] ?? 0);
    await expect(bench.process(broken)).rejects.toMatchObject({ code: 'corrupt_image' });
  });

  it.each([
    ['only the first bytes of a JPEG', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16])],
    ['only the first bytes of a GIF', Buffer.from('GIF89a')],
    ['a TIFF with a directory after its end', Buffer.from('II*\0\xff\xff\xff\x7f', 'latin1')],
    ['a PNG of width 0', headerBomb(0, 10)],
    ['a PNG with fewer pixels than its header states', headerBomb(3000, 3000)],
  ])('%s', async (_what, bytes) => {
    await expect(bench.process(bytes)).rejects.toMatchObject({ code: 'corrupt_image' });
  });
});

describe('a picture is processed despite', () => {
  it('an invalid value of a tag', async () => {
    const { facts } = await bench.process(drawTiff(60, 40, 'Ann', 9));
    expect(facts).toMatchObject({ width: 60, height: 40 });
  });

  // Found by `npm run fuzz -- --seed 20261121 --from 2633`.
  it.each([3, 4, 5])(
    'the additional samples of a TIFF with %i samples: grey, alpha and others',
    async (samples) => {
      const { facts } = await bench.process(drawTiff(60, 40, 'Ann', 1, samples));
      expect(facts).toMatchObject({ width: 60, height: 40 });
    },
  );

  // Found by `npm run fuzz -- --seed 5 --from 17816`.
  it('a frame duration longer than sharp can write', async () => {
    const pngs = await Promise.all(
      [drawQuarters(30, 20), drawQuarters(30, 20).negate()].map((f) => f.png().toBuffer()),
    );
    const webp = await sharp(pngs, { join: { animated: true } })
      .webp({ delay: [50, 60] })
      .toBuffer();
    // The duration of a frame: three bytes after its position and size.
    webp.writeUIntLE(0x10_00_32, webp.indexOf('ANMF') + 8 + 12, 3);
    const { data } = only(await bench.encode(webp, 'webp', oneSize(20)));
    expect((await sharp(data).metadata()).delay).toEqual([65_535, 60]);
  });

  it('bytes after the end, a broken EXIF block, a wrong checksum of a text', async () => {
    const jpeg = await noise().jpeg().toBuffer();
    await expect(bench.process(Buffer.concat([jpeg, Buffer.alloc(500, 7)]))).resolves.toBeDefined();

    const exif = Buffer.from(
      await noise()
        .withExif({ IFD0: { Copyright: 'Ann Miller' } })
        .jpeg()
        .toBuffer(),
    );
    exif.fill(0xff, exif.indexOf('II*\0') + 8, exif.indexOf('II*\0') + 40);
    await expect(bench.process(exif)).resolves.toBeDefined();

    const png = Buffer.from(
      await noise()
        .withExif({ IFD0: { Copyright: 'Ann Miller' } })
        .png()
        .toBuffer(),
    );
    const at = png.indexOf('Ann Miller');
    png.write('Bob', at, 'latin1');
    await expect(bench.process(png)).resolves.toBeDefined();
  });
});

describe('unsupported_format is the code of', () => {
  it.each([
    [
      'HTML with an SVG',
      Buffer.from('<html><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/></html>'),
    ],
    ['text', Buffer.from('Hello')],
    ['zero bytes', Buffer.alloc(0)],
    ['PPM, which libvips could read', Buffer.from('P6 1 1 255 abc')],
  ])('%s, whatever its declared type', async (_what, bytes) => {
    await expect(bench.process(bytes)).rejects.toMatchObject({ code: 'unsupported_format' });
  });
});

describe('limits', () => {
  it.each([
    [60_000, '60,000 × 60,000 pixels (3.6 gigapixels)'],
    [65_536, '65,536 × 65,536 pixels (4.3 gigapixels)'],
    [4_000_000, '4,000,000 × 4,000,000 pixels (16,000 gigapixels)'],
    [0x7fffffff, '2,147,483,647 × 2,147,483,647 pixels (4,611,686,014.1 gigapixels)'],
  ])('refuse a PNG whose header states %i pixels a side', async (side, described) => {
    await expect(bench.process(headerBomb(side, side))).rejects.toMatchObject({
      code: 'too_many_pixels',
      message: `This picture is ${described}. The limit is 100 megapixels.`,
    });
  });

  it('refuse an AVIF whose header states 100,000 pixels a side', async () => {
    const avif = Buffer.from(await noise().avif().toBuffer());
    const at = avif.indexOf('ispe') + 8;
    avif.writeUInt32BE(100_000, at);
    avif.writeUInt32BE(100_000, at + 4);
    await expect(bench.process(avif)).rejects.toMatchObject({ code: 'too_many_pixels' });
  });

  it('allow exactly the stated number of pixels', async () => {
    const png = await drawQuarters(30, 20).png().toBuffer();
    await expect(bench.process(png, defaultRecipe, { maxPixels: 600 })).resolves.toBeDefined();
    await expect(bench.process(png, defaultRecipe, { maxPixels: 599 })).rejects.toMatchObject({
      code: 'too_many_pixels',
    });
  });

  it.each(['gif', 'webp'] as const)(
    'apply to the frames of a %s, to their number and to their total pixels',
    async (format) => {
      const frames = [drawQuarters(30, 20), drawQuarters(30, 20).negate(), drawQuarters(30, 20)];
      const pngs = await Promise.all(frames.map((frame) => frame.png().toBuffer()));
      const animation = await sharp(pngs, { join: { animated: true } })
        .toFormat(format)
        .toBuffer();
      const run = (maxFrames: number, maxPixels: number) =>
        bench.process(animation, defaultRecipe, { maxFrames, maxPixels });
      await expect(run(3, 1800)).resolves.toMatchObject({ facts: { frames: 3 } });
      await expect(run(2, 1800)).rejects.toMatchObject({
        code: 'too_many_frames',
        message: 'This animation has 3 frames. The limit is 2.',
      });
      await expect(run(3, 1799)).rejects.toMatchObject({
        code: 'too_many_frames',
        message:
          'This animation has 3 frames of 30 × 20 pixels, 1,800 pixels in total. The limit is 1,799 pixels.',
      });
      await expect(run(3, 599)).rejects.toMatchObject({ code: 'too_many_pixels' });
    },
  );

  it('apply to time', async () => {
    const large = await drawQuarters(3000, 3000).png().toBuffer();
    await expect(bench.process(large, defaultRecipe, { timeoutMs: 1 })).rejects.toMatchObject({
      code: 'processing_timeout',
    });
  });
});

describe('abort', () => {
  it('rejects with the signal’s reason, before and during the work', async () => {
    const input = await bench.put(await drawQuarters(3000, 3000).png().toBuffer());
    const reason = new Error('shutting down');
    const options = await bench.options();
    const before = { ...options, signal: AbortSignal.abort(reason) };
    await expect(bench.engine.process(input, defaultRecipe, before)).rejects.toBe(reason);
    const controller = new AbortController();
    const run = bench.engine.process(input, defaultRecipe, { ...options, signal: controller.signal });
    controller.abort(reason);
    await expect(run).rejects.toBe(reason);
  });
});

it('does not blame the picture for a missing file', async () => {
  const input = { path: `${bench.folder}/nowhere`, contentType: 'image/jpeg' } as const;
  await expect(bench.engine.process(input, defaultRecipe, await bench.options())).rejects.toMatchObject({
    code: 'ENOENT',
  });
});
