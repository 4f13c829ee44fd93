import { defaultRecipe } from '@darkroom/contracts';
import sharp from 'sharp';
import { thumbHashToApproximateAspectRatio, thumbHashToAverageRGBA } from 'thumbhash';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawQuarters } from './testing/drawings.js';
import {
  colourAt,
  createWorkbench,
  distance,
  meanDifference,
  oneSize,
  only,
  type Workbench,
} from './testing/workbench.js';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.dispose());

describe('variants', () => {
  it.each<[width: number, height: number, expected: string[]]>([
    [2000, 1333, ['150x100', '320x213', '800x533', '1600x1066']],
    [1333, 2000, ['100x150', '213x320', '533x800', '1066x1600']],
    [400, 300, ['150x113', '320x240', '400x300', '400x300']],
    [20, 10, ['20x10', '20x10', '20x10', '20x10']],
    [1, 10_000, ['1x150', '1x320', '1x800', '1x1600']],
    [10_000, 1, ['150x1', '320x1', '800x1', '1600x1']],
    [7, 3001, ['1x150', '1x320', '2x800', '4x1600']],
    [1, 1, ['1x1', '1x1', '1x1', '1x1']],
  ])('of %i × %i have the sizes of the recipe', async (width, height, expected) => {
    for (const original of [
      await drawQuarters(width, height).png().toBuffer(),
      await drawQuarters(width, height).jpeg().toBuffer(),
      await drawQuarters(width, height).webp().toBuffer(),
    ]) {
      const { facts, variants } = await bench.process(original);
      expect(facts).toMatchObject({ width, height, frames: 1 });
      const all = [
        ...variants,
        ...(await bench.encode(original, 'webp')),
        ...(await bench.encode(original, 'avif', oneSize(150))),
      ];
      const stated = all.map((variant) => `${variant.width}x${variant.height}`);
      expect(stated).toEqual([...expected, ...expected, expected[0]]);
      const measured = await Promise.all(all.map(async ({ data }) => sharp(data).metadata()));
      expect(measured.map((picture) => `${picture.width}x${picture.height}`)).toEqual(stated);
    }
  });

  // Each size uses a different way of libjpeg to shrink, or none.
  it.each([
    [4800, 2],
    [4802, 2],
    [9602, 2],
    [9604, 2],
    [12_804, 4],
    [19_204, 4],
    [25_600, 8],
  ])('of a JPEG of %i × %i are created', async (width, height) => {
    const original = await drawQuarters(width, height).jpeg().toBuffer();
    const { variants } = await bench.process(original, oneSize(1600));
    expect(only(variants)).toMatchObject({ width: 1600 });
  });

  it('state their size and format, and have that format', async () => {
    const original = await drawQuarters(2000, 1000).png().toBuffer();
    const names = defaultRecipe.sizes.map(({ name }) => name);
    const { variants } = await bench.process(original);
    expect(variants.map(({ name, format }) => [name, format])).toEqual(names.map((name) => [name, 'jpeg']));
    for (const { data } of variants) {
      expect(await sharp(data).metadata()).toMatchObject({ format: 'jpeg', chromaSubsampling: '4:2:0' });
    }
    const webp = await bench.encode(original, 'webp');
    expect(webp.map(({ name, format }) => [name, format])).toEqual(names.map((name) => [name, 'webp']));
    for (const { data } of webp) expect((await sharp(data).metadata()).format).toBe('webp');
    const avif = only(await bench.encode(original, 'avif', oneSize(200)));
    expect(await sharp(avif.data).metadata()).toMatchObject({ format: 'heif', compression: 'av1' });
  });

  it('look like a direct resize of the original', async () => {
    const width = 2000;
    const height = 1500;
    const data = Buffer.alloc(width * height * 3);
    for (let at = 0; at < width * height; at += 1) {
      const x = at % width;
      const y = Math.floor(at / width);
      data[at * 3] = 128 + 100 * Math.sin(x / 40) * Math.cos(y / 55);
      data[at * 3 + 1] = 128 + 100 * Math.sin((x + y) / 70);
      data[at * 3 + 2] = 255 * (y / height);
    }
    const picture = sharp(data, { raw: { width, height, channels: 3 } });
    const original = await picture.jpeg({ quality: 95 }).toBuffer();
    const { variants } = await bench.process(original);
    const webp = await bench.encode(original, 'webp');
    for (const variant of [...variants, ...webp]) {
      const straight = await sharp(original)
        .resize(variant.width, variant.height, { fit: 'fill', fastShrinkOnLoad: false })
        .png()
        .toBuffer();
      expect(await meanDifference(variant.data, straight)).toBeLessThan(4);
    }
  });

  it('are identical, byte for byte, a second time', async () => {
    const original = await drawQuarters(500, 400).png().toBuffer();
    expect(await bench.process(original)).toEqual(await bench.process(original));
  });
});

describe('animation', () => {
  const colours = ['#d02020', '#20b040', '#3040d0', '#e0d030'];
  const delay = [100, 250, 40, 1000];
  const drawAnimation = async (format: 'gif' | 'webp', loop: number) => {
    const create = { width: 240, height: 160, channels: 4 as const };
    const frames = colours.map((background) =>
      sharp({ create: { ...create, background } })
        .png()
        .toBuffer(),
    );
    return sharp(await Promise.all(frames), { join: { animated: true } })
      .toFormat(format, { loop, delay })
      .toBuffer();
  };

  it.each([
    ['gif', 0],
    ['gif', 3],
    ['webp', 0],
    ['webp', 5],
  ] as const)('of a %s that plays %i times is kept in WebP', async (format, loop) => {
    const original = await drawAnimation(format, loop);
    const { facts, variants } = await bench.process(original, oneSize(120));
    expect(facts).toMatchObject({ width: 240, height: 160, frames: 4 });
    expect(only(variants)).toMatchObject({ width: 120, height: 80 });
    expect(distance(await colourAt(only(variants).data, 0.5, 0.5), [0xd0, 0x20, 0x20])).toBeLessThan(12);

    for (const longSide of [120, 1600]) {
      const { data, width, height } = only(await bench.encode(original, 'webp', oneSize(longSide)));
      const metadata = await sharp(data).metadata();
      expect(metadata).toMatchObject({ width, height, pages: 4, loop, delay });
      for (const [frame, colour] of colours.entries()) {
        const expected = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
        expect(distance(await colourAt(data, 0.5, 0.5, frame), expected)).toBeLessThan(14);
      }
    }
  });

  it('is reduced to its first frame in AVIF and JPEG', async () => {
    const original = await drawAnimation('gif', 0);
    for (const format of ['avif', 'jpeg'] as const) {
      const { data, width, height } = only(await bench.encode(original, format, oneSize(120)));
      const metadata = await sharp(data).metadata();
      expect(metadata).toMatchObject({ width, height });
      expect(metadata.pages ?? 1).toBe(1);
      expect(distance(await colourAt(data, 0.5, 0.5), [0xd0, 0x20, 0x20])).toBeLessThan(14);
    }
  });

  it('does not include the pages of a TIFF, which are separate pictures', async () => {
    const frames = await Promise.all(
      [drawQuarters(60, 40), drawQuarters(60, 40).negate()].map((f) => f.png().toBuffer()),
    );
    const original = await sharp(frames, { join: { animated: true } })
      .tiff()
      .toBuffer();
    expect((await sharp(original).metadata()).pages).toBe(2);
    const { facts } = await bench.process(original);
    expect(facts).toMatchObject({ width: 60, height: 40, frames: 1 });
    const { data } = only(await bench.encode(original, 'webp', oneSize(60)));
    expect((await sharp(data).metadata()).pages ?? 1).toBe(1);
  });
});

describe('thumbhash', () => {
  it('shows shape, colour and alpha of the upright picture', async () => {
    const create = { width: 200, height: 400, channels: 3 as const, background: '#3060c0' };
    const sideways = await sharp({ create }).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const hash = Buffer.from((await bench.process(sideways)).facts.thumbhash, 'base64');
    expect(thumbHashToApproximateAspectRatio(hash)).toBeGreaterThan(1.5);
    const { r, g, b, a } = thumbHashToAverageRGBA(hash);
    expect(
      distance(
        [r, g, b, a].map((part) => part * 255),
        [0x30, 0x60, 0xc0, 255],
      ),
    ).toBeLessThan(12);

    const clear = await sharp({
      create: { ...create, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
    })
      .png()
      .toBuffer();
    const clearHash = Buffer.from((await bench.process(clear)).facts.thumbhash, 'base64');
    expect(thumbHashToAverageRGBA(clearHash).a).toBeLessThan(0.1);
  });

  it('exists for a picture 1 pixel wide', async () => {
    const { facts } = await bench.process(await drawQuarters(1, 5000).png().toBuffer());
    expect(facts.thumbhash).toMatch(/^[A-Za-z0-9+/]+=*$/);
  });
});

it('frees the pixels of a finished picture, without waiting for V8 to collect them', async () => {
  const original = await bench.put(await drawQuarters(1600, 1600).jpeg().toBuffer());
  const before = process.memoryUsage().external;
  for (let count = 0; count < 5; count += 1) {
    await bench.engine.process(original, defaultRecipe, await bench.options());
  }
  // The pixels of one picture have 7.7 MB.
  expect(process.memoryUsage().external - before).toBeLessThan(4e6);
});
