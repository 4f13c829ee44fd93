import { drawGif, drawTiff, Random } from '@darkroom/imaging/testing';
import sharp, { type Sharp } from 'sharp';
import { drawHeifSeeds } from './draw-heif-seeds.js';
import { drawTiffSeeds } from './draw-tiff-seeds.js';
import { drawRasterSeeds } from './draw-raster-seeds.js';

/** A valid picture to derive broken ones from. */
export interface Seed {
  name: string;
  bytes: Buffer;
}

/** Pixels. Small, so that most of the time is spent in parsing, not in pixels. */
const WIDTH = 96;
const HEIGHT = 72;

/** Draws one picture of every format, and of every variant that has separate decoder code. */
export async function drawSeeds(): Promise<Seed[]> {
  const still: [string, Sharp][] = [
    ['jpeg', draw(3).jpeg({ quality: 90 })],
    ['jpeg-progressive', draw(3).jpeg({ progressive: true })],
    ['jpeg-cmyk', draw(3).toColourspace('cmyk').jpeg()],
    ['jpeg-grey', draw(1).jpeg()],
    ['jpeg-talkative', withMetadata(draw(3)).withIccProfile('p3').jpeg()],
    ['png', draw(3).png()],
    ['png-alpha-interlaced', draw(4).png({ progressive: true })],
    ['png-palette', draw(4).png({ palette: true, colours: 16 })],
    ['png-16bit', draw(3).toColourspace('rgb16').png()],
    ['png-talkative', withMetadata(draw(3)).withIccProfile('p3').png()],
    ['webp', withMetadata(draw(3)).webp()],
    ['webp-lossless-alpha', draw(4).webp({ lossless: true })],
    ['gif', draw(4).gif()],
    ['avif', draw(4).avif({ effort: 0 })],
    ['tiff', draw(3).tiff({ compression: 'none' })],
    ['tiff-lzw', draw(4).tiff({ compression: 'lzw', predictor: 'horizontal' })],
    [
      'tiff-deflate-tiled',
      draw(3).tiff({ compression: 'deflate', tile: true, tileWidth: 32, tileHeight: 32 }),
    ],
    ['tiff-jpeg', draw(3).tiff({ compression: 'jpeg' })],
  ];
  const drawn = await Promise.all(
    still.map(async ([name, image]) => ({ name, bytes: await image.toBuffer() })),
  );
  return [
    ...drawn,
    { name: 'tiff-strip', bytes: drawTiff(WIDTH, HEIGHT, 'Ann Miller', 6) },
    { name: 'jpeg-dnl', bytes: await drawLateHeight() },
    ...drawUncovered(),
    ...drawTiffSeeds(),
    ...(await drawAnimations()),
    ...(await drawHeifSeeds(draw)),
    ...(await drawRasterSeeds(draw)),
  ];
}

/** A gradient with some noise, the same in every run. */
function draw(channels: 1 | 3 | 4): Sharp {
  const random = new Random(channels);
  const data = Buffer.alloc(WIDTH * HEIGHT * channels);
  for (let at = 0; at < data.length; at += 1) {
    data[at] = (Math.floor(at / channels) % 256) ^ random.below(32);
  }
  return sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels } });
}

function withMetadata(image: Sharp): Sharp {
  return image
    .withExif({ IFD0: { Artist: 'Ann Miller', Make: 'Maker', Model: 'Model', Copyright: 'Ann' } })
    .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"/>');
}

async function drawAnimations(): Promise<Seed[]> {
  const frames = await Promise.all(
    [draw(4), draw(4).negate(), draw(4).flip()].map((frame) => frame.png().toBuffer()),
  );
  const animation = () => sharp(frames, { join: { animated: true } });
  return [
    {
      name: 'gif-animated',
      bytes: await animation()
        .gif({ delay: [50, 60, 70], loop: 3 })
        .toBuffer(),
    },
    {
      name: 'webp-animated',
      bytes: await animation()
        .webp({ delay: [50, 60, 70], loop: 3 })
        .toBuffer(),
    },
    {
      name: 'webp-animated-alpha',
      bytes: await sharp(await drawParts(), { join: { animated: true } })
        .webp()
        .toBuffer(),
    },
  ];
}

/** A JPEG whose height is in a DNL marker after its scan. */
async function drawLateHeight(): Promise<Buffer> {
  const jpeg = await draw(3).jpeg({ optimiseCoding: false }).toBuffer();
  jpeg.writeUInt16BE(0, jpeg.indexOf('\xff\xc0', 0, 'latin1') + 5);
  return Buffer.concat([jpeg.subarray(0, -2), Buffer.from([0xff, 0xdc, 0, 4, 0, HEIGHT]), jpeg.subarray(-2)]);
}

/** GIFs that libvips would show on black or on their background colour. */
function drawUncovered(): Seed[] {
  const colours = [
    [200, 40, 40],
    [40, 160, 60],
    [60, 200, 230],
    [240, 220, 40],
  ] as const;
  const whole = { left: 0, top: 0, width: WIDTH, height: HEIGHT };
  const part = { left: WIDTH / 2, top: HEIGHT / 4, width: WIDTH / 4, height: HEIGHT / 2 };
  const canvas = { width: WIDTH, height: HEIGHT, colours };
  return [
    {
      name: 'gif-offset',
      bytes: drawGif({
        ...canvas,
        frames: [
          { ...part, colour: 1 },
          { ...part, left: 0, colour: 2 },
        ],
      }),
    },
    {
      name: 'gif-cleared',
      bytes: drawGif({
        ...canvas,
        frames: [
          { ...whole, colour: 1 },
          { ...part, colour: 2, disposal: 2 },
          { ...part, left: 0, colour: 3, disposal: 3 },
          { ...part, top: 0, colour: 0 },
        ],
      }),
    },
  ];
}

/** Frames that are transparent on one side. */
function drawParts(): Promise<Buffer[]> {
  const background = { r: 0, g: 0, b: 0, alpha: 0 };
  const half = () => draw(4).resize(WIDTH / 2, HEIGHT, { fit: 'fill' });
  return Promise.all(
    [half().extend({ right: WIDTH / 2, background }), half().extend({ left: WIDTH / 2, background })].map(
      (frame) => frame.png().toBuffer(),
    ),
  );
}
