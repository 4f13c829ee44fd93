import { drawWithPython, services } from '@darkroom/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DRAWINGS, drawFiles, expectShown, fileOf, QUADRANTS, quadrants } from '../testing/cases.js';
import { drawGif } from '../testing/draw-gif.js';
import { colourAt, createWorkbench, distance, oneSize, only, type Workbench } from '../testing/workbench.js';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.dispose());

const SCRIPT = `
import imagecodecs, zlib
from PIL import ImageCms
def save(image, format, **options):
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()
picture = Image.fromarray(quadrants)
clear = np.dstack([quadrants, np.where(np.arange(240) < 120, 255, 0)[None].repeat(160, 0)]).astype('uint8')
opaque = np.dstack([255 - quadrants, np.full_like(quadrants[..., 0], 255)])
file('webp-anim-alpha', save(Image.fromarray(clear), 'WEBP', save_all=True, append_images=[Image.fromarray(opaque)], duration=100, lossless=True))
jpeg = save(picture, 'JPEG', quality=95, subsampling='4:4:4')
frame = jpeg.index(b'\\xff\\xc0')
file('jpeg-dnl', jpeg[:frame + 5] + b'\\0\\0' + jpeg[frame + 7:-2] + b'\\xff\\xdc\\0\\4' + jpeg[frame + 5:frame + 7] + jpeg[-2:])
file('jpeg-12bit', imagecodecs.jpeg8_encode(quadrants.astype('uint16') * 16, 95, bitspersample=12))
file('jpeg-lab-icc', save(picture, 'JPEG', quality=95, subsampling='4:4:4', icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile('LAB')).tobytes()))
def chunk(name, data): return len(data).to_bytes(4, 'big') + name + data + zlib.crc32(name + data).to_bytes(4, 'big')
png = save(picture, 'PNG')
file('png-cgbi', png[:8] + chunk(b'CgBI', bytes([0x50, 0, 0x20, 2])) + png[8:])
png = save(Image.fromarray(p3), 'PNG')
file('png-cicp-p3', png[:33] + chunk(b'cICP', bytes([12, 13, 0, 1])) + png[33:])
`;

describe.skipIf(!services().python)('an odd file', () => {
  let files: ReadonlyMap<string, Buffer>;
  beforeAll(async () => {
    files = await drawFiles(DRAWINGS + SCRIPT);
  });

  it.each(['jpeg-dnl', 'jpeg-lab-icc', 'png-cicp-p3'])('shows right: %s', async (name) => {
    await expectShown(bench, fileOf(files, name), quadrants());
  });

  it.each([
    ['jpeg-12bit', 'a JPEG with 12 bits a sample'],
    ['png-cgbi', 'a PNG in Apple’s CgBI form'],
  ])('is named as unsupported: %s', async (name, what) => {
    await expect(bench.process(fileOf(files, name), oneSize(240))).rejects.toMatchObject({
      code: 'unsupported_format',
      message: `This picture is ${what}, which is not supported. Convert it to PNG.`,
    });
  });

  it('stays transparent: webp-anim-alpha', async () => {
    const original = fileOf(files, 'webp-anim-alpha');
    const [topLeft, , bottomLeft] = QUADRANTS;
    const white = [255, 255, 255] as const;
    await expectShown(bench, original, quadrants([topLeft, white, bottomLeft, white]));
    const { data } = only(await bench.encode(original, 'webp', oneSize(240)));
    expect(distance(await colourAt(data, 0.2, 0.2), topLeft)).toBeLessThan(10);
    expect((await colourAt(data, 0.8, 0.2))[3]).toBe(0);
    expect((await sharp(data).metadata()).pages).toBe(2);
    // Pillow trusts the flag of the file.
    const seen = await drawWithPython(`
import base64
image = Image.open(io.BytesIO(base64.b64decode('${data.toString('base64')}')))
for frame in (0, 1):
    image.seek(frame)
    write(bytes(image.convert('RGBA').getpixel((200, 30))))
`);
    expect([...seen.subarray(0, 4)]).toEqual([0, 0, 0, 0]);
    const inverse = (QUADRANTS[1] ?? []).map((value) => 255 - value);
    expect(distance([...seen.subarray(4)], inverse)).toBeLessThan(10);
  });
});

it('a frame that does not cover its canvas leaves it transparent: gif-first-frame-offset', async () => {
  const canvas = { width: 120, height: 80 };
  const original = drawGif({
    ...canvas,
    colours: QUADRANTS,
    frames: [{ left: 60, top: 0, width: 60, height: 40, colour: 1 }],
  });
  const { data } = only(await bench.encode(original, 'webp', oneSize(120)));
  const { variants } = await bench.process(original, oneSize(120));
  for (const [x, y] of [
    [0.2, 0.2],
    [0.2, 0.8],
    [0.8, 0.8],
  ] as const) {
    expect((await colourAt(data, x, y))[3]).toBe(0);
    expect(distance(await colourAt(only(variants).data, x, y), [255, 255, 255])).toBeLessThan(6);
  }
  expect(distance(await colourAt(data, 0.75, 0.25), QUADRANTS[1])).toBeLessThan(10);
  expect(distance(await colourAt(only(variants).data, 0.75, 0.25), QUADRANTS[1])).toBeLessThan(10);
});
