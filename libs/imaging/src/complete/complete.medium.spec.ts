import { drawJpeg, drawPixels } from '@darkroom/testing';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withFalseSize, withSegments } from '../testing/bombs.js';
import { createWorkbench, oneSize, type Workbench } from '../testing/workbench.js';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.dispose());

const EOI = Buffer.from([0xff, 0xd9]);
const SIZE = { width: 400, height: 300 };

async function expectCorrupt(original: Buffer): Promise<void> {
  await expect(bench.process(original, oneSize(200))).rejects.toMatchObject({ code: 'corrupt_image' });
  await expect(bench.encode(original, 'webp', oneSize(200))).rejects.toMatchObject({ code: 'corrupt_image' });
}
const expectComplete = (original: Buffer) =>
  expect(bench.process(original, oneSize(200))).resolves.toBeDefined();

/** Fills a part with zeros; `from` and `to` are fractions of the length. */
function zeroed(original: Buffer, from: number, to = 1): Buffer {
  return Buffer.from(original).fill(0, Math.floor(original.length * from), Math.floor(original.length * to));
}
function part(original: Buffer, to: number): Buffer {
  return original.subarray(0, Math.floor(original.length * to));
}

const photograph = async () => sharp(await drawJpeg({ ...SIZE, quality: 98 }));
const KINDS: [string, (picture: Sharp) => Sharp][] = [
  ['a JPEG', (picture) => picture.jpeg({ quality: 95, optimiseCoding: false })],
  ['a JPEG of low quality', (picture) => picture.jpeg({ quality: 60, optimiseCoding: false })],
  ['a progressive JPEG', (picture) => picture.jpeg({ quality: 95, progressive: true })],
  ['a grey JPEG', (picture) => picture.toColourspace('b-w').jpeg({ optimiseCoding: false })],
];

describe.each(KINDS)('%s is corrupt', (_kind, encode) => {
  const complete = async () => encode(await photograph()).toBuffer();

  // libvips notices a warning at its next strip of 8 rows, so a missing last strip goes undetected.
  it.each([0.3, 0.6, 0.9])('when cut off at %d, whatever follows the cut', async (at) => {
    const cut = part(await complete(), at);
    await expectCorrupt(cut);
    await expectCorrupt(Buffer.concat([cut, EOI]));
    for (const padding of [0, 0xff, 0x55]) {
      await expectCorrupt(Buffer.concat([cut, EOI, Buffer.alloc(cut.length, padding)]));
    }
    await expectCorrupt(Buffer.concat([cut, Buffer.alloc(cut.length * 4)]));
    await expectCorrupt(Buffer.concat([cut, Buffer.alloc(cut.length * 4), EOI]));
  });

  it('when zeros replace its end or a part of its middle', async () => {
    const original = await complete();
    await expectCorrupt(zeroed(original, 0.5));
    await expectCorrupt(zeroed(original, 0.9));
    await expectCorrupt(zeroed(original, 0.4, 0.7));
  });

  it('when its header states a larger size and it is padded', async () => {
    const falseSize = withFalseSize(await complete(), 4000, 3000);
    await expectCorrupt(Buffer.concat([falseSize, Buffer.alloc(1_000_000, 0x55)]));
  });

  it('when its last two bytes are missing', async () => {
    await expectCorrupt((await complete()).subarray(0, -2));
  });
});

/** The offset of every scan of a JPEG; in the output of libjpeg, the marker occurs nowhere else. */
function scansOf(jpeg: Buffer): number[] {
  const found: number[] = [];
  for (
    let at = jpeg.indexOf('\xff\xda', 0, 'latin1');
    at !== -1;
    at = jpeg.indexOf('\xff\xda', at + 2, 'latin1')
  )
    found.push(at);
  return found;
}

describe('scans', () => {
  it('of a progressive JPEG must all be present, except for the last bits', async () => {
    const original = await (await photograph()).jpeg({ progressive: true }).toBuffer();
    const scans = scansOf(original);
    expect(scans.length).toBeGreaterThan(5);
    const upTo = (count: number) => Buffer.concat([original.subarray(0, scans[count]), EOI]);
    await expectCorrupt(upTo(1));
    await expectCorrupt(upTo(3));
    await expectCorrupt(upTo(4));
    // The last scan sends the lowest bit of the brightness: its loss costs no more than a lower quality.
    await expectComplete(upTo(scans.length - 1));
  });

  it('of a JPEG with one scan for each colour must cover every colour', async () => {
    // A scan of one colour from a progressive picture, in a frame that claims to be sequential with three colours.
    const original = await (await photograph()).jpeg({ progressive: true }).toBuffer();
    const scans = scansOf(original);
    const single = Buffer.from(original.subarray(scans[1], scans[2]));
    const sequential = Buffer.concat([original.subarray(0, scans[0]), single, EOI]);
    sequential.writeUInt8(0xc0, sequential.indexOf('\xff\xc2', 0, 'latin1') + 1);
    await expectCorrupt(sequential);
  });
});

describe('a JPEG is complete', () => {
  const plain = async () => (await photograph()).jpeg({ optimiseCoding: false }).toBuffer();

  it.each([
    ['of one grey', '#777777'],
    ['black', '#000000'],
    ['white', '#ffffff'],
  ])('when it is %s, with standard and with optimised tables', async (_what, background) => {
    const flat = sharp({ create: { width: 1500, height: 1000, channels: 3, background } });
    for (const optimiseCoding of [true, false])
      await expectComplete(await flat.jpeg({ optimiseCoding }).toBuffer());
    await expectComplete(await flat.jpeg({ progressive: true }).toBuffer());
  });

  it('with bytes after its end, or a few before a marker', async () => {
    const original = await plain();
    await expectComplete(Buffer.concat([original, Buffer.alloc(100_000)]));
    const frame = original.indexOf('\xff\xc0', 0, 'latin1');
    const gap = Buffer.alloc(5, 7);
    await expectComplete(Buffer.concat([original.subarray(0, frame), gap, original.subarray(frame)]));
    await expectComplete(Buffer.concat([original.subarray(0, -2), Buffer.alloc(3), EOI]));
  });

  it('with unusual JFIF, Adobe and profile segments', async () => {
    const original = await plain();
    const jfif = Buffer.from('JFIF\0\x09\0\0\0\x01\0\x01\0\0', 'latin1');
    await expectComplete(withSegments(original, 0xe0, 1, () => jfif));
    const adobe = Buffer.from('Adobe\0\x64\0\0\0\0\x07', 'latin1');
    await expectComplete(withSegments(original, 0xee, 1, () => adobe));
    const icc = Buffer.concat([Buffer.from('ICC_PROFILE\0\x05\x02', 'latin1'), Buffer.alloc(500)]);
    await expectComplete(withSegments(original, 0xe2, 3, () => icc));
  });

  it('with zeros or end-of-image markers in its segments', async () => {
    const odd = Buffer.concat([Buffer.alloc(60_000), EOI, Buffer.from([0xff, 0xda])]);
    await expectComplete(withSegments(await plain(), 0xfe, 20, () => odd));
  });
});

describe('a GIF', () => {
  const frame = (channels: 3 | 4) => sharp(drawPixels(SIZE, channels), { raw: { ...SIZE, channels } });
  const animation = async () => {
    const frames = [frame(3), frame(3).negate(), frame(3).flip()].map((one) => one.png().toBuffer());
    return sharp(await Promise.all(frames), { join: { animated: true } })
      .gif({ effort: 1 })
      .toBuffer();
  };

  it.each([0.2, 0.5, 0.9, 0.999])('is corrupt when animated and cut off at %d', async (at) => {
    const original = await animation();
    await expectComplete(original);
    await expectCorrupt(part(original, at));
  });

  it('is corrupt when zeros replace its end or a part of its middle', async () => {
    const original = await animation();
    await expectCorrupt(zeroed(original, 0.5));
    await expectCorrupt(zeroed(original, 0.4, 0.6));
    await expectCorrupt(zeroed(await frame(3).gif({ effort: 1 }).toBuffer(), 0.5));
  });

  it('is complete without its last byte, with bytes after its end, or with a few zeros between its blocks', async () => {
    const original = await animation();
    await expectComplete(original.subarray(0, -1));
    await expectComplete(Buffer.concat([original, Buffer.alloc(5000, 7)]));
    await expectComplete(Buffer.concat([original.subarray(0, -1), Buffer.alloc(3), original.subarray(-1)]));
  });
});
