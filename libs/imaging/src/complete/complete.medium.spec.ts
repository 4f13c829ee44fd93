import { drawJpeg, drawPixels } from '@darkroom/testing';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lyingJpeg, withSegments } from '../testing/bombs.js';
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
const expectWhole = (original: Buffer) =>
  expect(bench.process(original, oneSize(200))).resolves.toBeDefined();

/** From where to where, in parts of the length. */
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

describe.each(KINDS)('%s', (_kind, encode) => {
  const whole = async () => encode(await photograph()).toBuffer();

  // libvips hears of a warning at its next strip of 8 rows: the last one is not seen to be missing.
  it.each([0.3, 0.6, 0.9])('cut off at %d, whatever is put behind it', async (at) => {
    const cut = part(await whole(), at);
    await expectCorrupt(cut);
    await expectCorrupt(Buffer.concat([cut, EOI]));
    for (const padding of [0, 0xff, 0x55]) {
      await expectCorrupt(Buffer.concat([cut, EOI, Buffer.alloc(cut.length, padding)]));
    }
    await expectCorrupt(Buffer.concat([cut, Buffer.alloc(cut.length * 4)]));
    await expectCorrupt(Buffer.concat([cut, Buffer.alloc(cut.length * 4), EOI]));
  });

  it('of zeros from some place on, or for a while', async () => {
    const original = await whole();
    await expectCorrupt(zeroed(original, 0.5));
    await expectCorrupt(zeroed(original, 0.9));
    await expectCorrupt(zeroed(original, 0.4, 0.7));
  });

  it('that says to be larger than it is, and is padded', async () => {
    const lying = lyingJpeg(await whole(), 4000, 3000);
    await expectCorrupt(Buffer.concat([lying, Buffer.alloc(1_000_000, 0x55)]));
  });

  it('without its last two bytes', async () => {
    await expectCorrupt((await whole()).subarray(0, -2));
  });
});

/** Where every scan of a JPEG begins; the marker stands nowhere else in what libjpeg writes. */
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
  it('of a progressive JPEG must all be there, but for the last bits', async () => {
    const original = await (await photograph()).jpeg({ progressive: true }).toBuffer();
    const scans = scansOf(original);
    expect(scans.length).toBeGreaterThan(5);
    const upTo = (count: number) => Buffer.concat([original.subarray(0, scans[count]), EOI]);
    await expectCorrupt(upTo(1));
    await expectCorrupt(upTo(3));
    await expectCorrupt(upTo(4));
    // The last one sends the lowest bit of the brightness: no more is lost than by a lower quality.
    await expectWhole(upTo(scans.length - 1));
  });

  it('of a JPEG with one scan for each colour must be as many', async () => {
    // A scan of one colour out of a progressive picture, in a frame that says to be sequential and has three.
    const original = await (await photograph()).jpeg({ progressive: true }).toBuffer();
    const scans = scansOf(original);
    const single = Buffer.from(original.subarray(scans[1], scans[2]));
    const sequential = Buffer.concat([original.subarray(0, scans[0]), single, EOI]);
    sequential.writeUInt8(0xc0, sequential.indexOf('\xff\xc2', 0, 'latin1') + 1);
    await expectCorrupt(sequential);
  });
});

describe('whole is', () => {
  const plain = async () => (await photograph()).jpeg({ optimiseCoding: false }).toBuffer();

  it.each([
    ['of one colour', '#777777'],
    ['black', '#000000'],
    ['white', '#ffffff'],
  ])('a JPEG that is %s, with and without tables of its own', async (_what, background) => {
    const flat = sharp({ create: { width: 1500, height: 1000, channels: 3, background } });
    for (const optimiseCoding of [true, false])
      await expectWhole(await flat.jpeg({ optimiseCoding }).toBuffer());
    await expectWhole(await flat.jpeg({ progressive: true }).toBuffer());
  });

  it('a JPEG with bytes behind its end, or a few before a marker', async () => {
    const original = await plain();
    await expectWhole(Buffer.concat([original, Buffer.alloc(100_000)]));
    const frame = original.indexOf('\xff\xc0', 0, 'latin1');
    const gap = Buffer.alloc(5, 7);
    await expectWhole(Buffer.concat([original.subarray(0, frame), gap, original.subarray(frame)]));
    await expectWhole(Buffer.concat([original.subarray(0, -2), Buffer.alloc(3), EOI]));
  });

  it('a JPEG whose JFIF, Adobe and profile segments are odd', async () => {
    const original = await plain();
    const jfif = Buffer.from('JFIF\0\x09\0\0\0\x01\0\x01\0\0', 'latin1');
    await expectWhole(withSegments(original, 0xe0, 1, () => jfif));
    const adobe = Buffer.from('Adobe\0\x64\0\0\0\0\x07', 'latin1');
    await expectWhole(withSegments(original, 0xee, 1, () => adobe));
    const icc = Buffer.concat([Buffer.from('ICC_PROFILE\0\x05\x02', 'latin1'), Buffer.alloc(500)]);
    await expectWhole(withSegments(original, 0xe2, 3, () => icc));
  });

  it('a JPEG with zeros or ends of images in its segments', async () => {
    const odd = Buffer.concat([Buffer.alloc(60_000), EOI, Buffer.from([0xff, 0xda])]);
    await expectWhole(withSegments(await plain(), 0xfe, 20, () => odd));
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

  it.each([0.2, 0.5, 0.9, 0.999])('that moves, cut off at %d', async (at) => {
    const original = await animation();
    await expectWhole(original);
    await expectCorrupt(part(original, at));
  });

  it('of zeros from some place on, or for a while', async () => {
    const original = await animation();
    await expectCorrupt(zeroed(original, 0.5));
    await expectCorrupt(zeroed(original, 0.4, 0.6));
    await expectCorrupt(zeroed(await frame(3).gif({ effort: 1 }).toBuffer(), 0.5));
  });

  it('is whole without its last byte, with others behind it, or a few zeros between its blocks', async () => {
    const original = await animation();
    await expectWhole(original.subarray(0, -1));
    await expectWhole(Buffer.concat([original, Buffer.alloc(5000, 7)]));
    await expectWhole(Buffer.concat([original.subarray(0, -1), Buffer.alloc(3), original.subarray(-1)]));
  });
});
