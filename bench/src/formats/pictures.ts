import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  graphicKinds,
  graphics,
  kindOf,
  measureTraits,
  type PictureKind,
  Random,
  type Raster,
} from '@darkroom/imaging/testing';
import sharp, { type Sharp } from 'sharp';

export interface Picture extends Raster {
  name: string;
  /** What the encoders take it for. */
  kind: PictureKind;
}

/**
 * Reads pictures, or draws some without a folder: photographs and every kind of graphic.
 *
 * @param side - long side in pixels of the largest size, which is the input of the encoders
 */
export async function readPictures(folder: string | undefined, side: number): Promise<Picture[]> {
  const originals = folder === undefined ? drawAll(side) : await openAll(folder);
  const pictures: Picture[] = [];
  for (const { name, original } of originals) {
    const { data, info } = await original
      .autoOrient()
      .resize(side, side, { fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    const { width, height } = info;
    const traits = measureTraits({ data, width, height, frames: 1, channels: 3 });
    pictures.push({ name, data, width, height, kind: kindOf(traits, info, info) });
  }
  return pictures;
}

interface Named {
  name: string;
  original: Sharp;
}

async function openAll(folder: string): Promise<Named[]> {
  const names = (await readdir(folder)).filter((name) => /\.(jpe?g|png|gif|webp)$/i.test(name));
  return Promise.all(
    names.map(async (name) => ({ name, original: sharp(await readFile(join(folder, name))) })),
  );
}

function drawAll(side: number): Named[] {
  const size = { width: side, height: Math.round(side * 0.75) };
  return [
    ...[1, 2, 3].map((seed) => ({ name: `photograph ${seed}`, original: drawPhotograph(seed) })),
    ...graphicKinds.map((kind) => {
      const { data, width, height } = graphics[kind](size);
      return { name: kind, original: sharp(data, { raw: { width, height, channels: 3 } }) };
    }),
  ];
}

/** Soft colours with coarse and fine grain. */
function drawPhotograph(seed: number): Sharp {
  const [width, height] = [2400, 1800];
  const random = new Random(seed);
  const coarse = random.bytes(60 * 45 * 3);
  const fine = random.bytes(width * height);
  const data = Buffer.alloc(width * height * 3);
  for (let at = 0; at < data.length; at += 1) {
    const pixel = Math.floor(at / 3);
    const cell = Math.floor(pixel / width / 40) * 60 + Math.floor((pixel % width) / 40);
    data[at] = Math.floor(((coarse[cell * 3 + (at % 3)] ?? 0) * 15 + (fine[pixel] ?? 0)) / 16);
  }
  return sharp(data, { raw: { width, height, channels: 3 } }).blur(1.5);
}
