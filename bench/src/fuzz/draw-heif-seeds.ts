import {
  alphaOf,
  auxi,
  clap,
  codedFixture,
  type CodedPicture,
  codedPictureOf,
  drawExif,
  drawHeif,
  type DrawnTrack,
  drawTracks,
  exifData,
  gridData,
  imir,
  irot,
  ispe,
  numberedColour,
  readFixture,
  sequenceBrands,
} from '@darkroom/imaging/testing';
import type { Sharp } from 'sharp';
import type { Seed } from './seed.js';

/** The two formats of the container, with their codec and the brand of a sequence. */
const FORMATS = {
  heic: { type: 'hvc1', sequence: 'hevc' },
  avif: { type: 'av01', sequence: 'avis' },
} as const;
type Format = keyof typeof FORMATS;

/** Draws HEIC and AVIF of every structure that has separate code. @param draw - draws a picture of 3 or 4 channels */
export async function drawHeifSeeds(draw: (channels: 3 | 4) => Sharp): Promise<Seed[]> {
  const transparent = {
    heic: await readFixture('quarters-alpha'),
    avif: await draw(4).avif({ effort: 0 }).toBuffer(),
  };
  const names = ['quarters', 'quarters-alpha', 'quarters-10bit'];
  const fixtures = names.map(async (name) => ({ name: `heic-${name}`, bytes: await readFixture(name) }));
  const formats = (['heic', 'avif'] as const).flatMap((format) =>
    drawStructures(format, codedPictureOf(transparent[format]), codedPictureOf(transparent[format], 2)),
  );
  const deep = await codedFixture('quarters-10bit');
  const hdr = drawStill('heic', deep, numberedColour(9, 16, 9));
  return [...(await Promise.all(fixtures)), await drawGrid(), { name: 'heic-pq', bytes: hdr }, ...formats];
}

function drawStill(format: Format, picture: CodedPicture, ...properties: Buffer[]): Buffer {
  const { type } = FORMATS[format];
  const item = { id: 1, type, ...picture, properties: [...picture.properties, ...properties] };
  return drawHeif({ items: [item], brand: format });
}

/** @param alpha - a grey picture */
function drawStructures(format: Format, colour: CodedPicture, alpha: CodedPicture): Seed[] {
  const { type, sequence } = FORMATS[format];
  const { width, height } = colour;
  const premultiplied = drawHeif({
    items: [
      { id: 1, type, ...colour },
      { id: 2, type, ...alpha, properties: [...alpha.properties, alphaOf()] },
    ],
    references: [
      ['auxl', 2, [1]],
      ['prem', 1, [2]],
    ],
    brand: format,
  });
  const tracks = [colour, alpha].map(({ data, properties }, index): DrawnTrack => ({
    id: index + 1,
    handler: index === 0 ? 'pict' : 'auxv',
    type,
    width,
    height,
    samples: [data, data],
    boxes: [...properties.slice(0, 1), index === 0 ? clap(60, 40) : auxi()],
    references: index === 0 ? [] : [['auxl', 1]],
    matrix: [0, 1, -1, 0],
  }));
  const items = drawHeif({ items: [{ id: 1, type, ...colour }], brand: sequence });
  const seeds = {
    // The coded data names the colours.
    unnamed: drawStill(format, colour),
    'grey-limited': drawStill(format, alpha, numberedColour(1, 13, 6, false)),
    cropped: drawStill(format, colour, clap(60, 40, 3, -5), irot(1), imir(0)),
    premultiplied,
    sequence: drawTracks(items, tracks),
    tracks: drawTracks(sequenceBrands(sequence), tracks),
  };
  return Object.entries(seeds).map(([name, bytes]) => ({ name: `${format}-${name}`, bytes }));
}

async function drawGrid(): Promise<Seed> {
  const tiles = await Promise.all(
    ['red', 'green', 'blue', 'yellow'].map((name) => codedFixture(`tile-${name}`)),
  );
  const bytes = drawHeif({
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
  return { name: 'heic-grid', bytes };
}
