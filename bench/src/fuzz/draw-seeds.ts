import {
  codedFixture,
  drawExif,
  drawHeif,
  drawTiff,
  exifData,
  gridData,
  irot,
  ispe,
  Random,
  readFixture,
} from '@darkroom/imaging/testing';
import sharp, { type Sharp } from 'sharp';
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
    ...(await drawAnimations()),
    ...(await drawHeics()),
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
  ];
}

async function drawHeics(): Promise<Seed[]> {
  const names = ['quarters', 'quarters-alpha', 'quarters-10bit'];
  const tiles = await Promise.all(
    ['red', 'green', 'blue', 'yellow'].map((name) => codedFixture(`tile-${name}`)),
  );
  const grid = drawHeif({
    items: [
      ...tiles.map((tile, index) => ({ id: index + 1, type: 'hvc1', ...tile })),
      {
        id: 8,
        type: 'Exif',
        data: exifData(drawExif({ 0x010f: 'Maker' }, { 0x9003: '2026:07:01 18:30:00' })),
      },
      { id: 9, type: 'grid', data: gridData(2, 2, 112, 100), properties: [ispe(112, 100), irot(1)] },
    ],
    primaryId: 9,
    references: [
      ['dimg', 9, [1, 2, 3, 4]],
      ['cdsc', 8, [9]],
    ],
  });
  const encoded = names.map(async (name) => ({ name: `heic-${name}`, bytes: await readFixture(name) }));
  return [...(await Promise.all(encoded)), { name: 'heic-grid', bytes: grid }];
}
