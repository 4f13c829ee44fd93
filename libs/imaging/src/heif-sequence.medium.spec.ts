import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { box, fullBox } from './heif/write-heif.js';
import {
  auxi,
  clap,
  codedFixture,
  type CodedPicture,
  codedPictureOf,
  drawHeif,
} from './testing/draw-heif.js';
import { type DrawnTrack, drawTracks, sequenceBrands } from './testing/draw-tracks.js';
import { BLUE, drawQuarters, GREEN, RED, type Rgb, UPRIGHT, YELLOW } from './testing/drawings.js';
import { colourAt, createWorkbench, distance, oneSize, only, type Workbench } from './testing/workbench.js';

/** The two formats: their codec, the brand of a sequence and that of a still picture. */
const FORMATS = [
  ['HEIC', { type: 'hvc1', sequence: 'hevc', still: 'heic' }],
  ['AVIF', { type: 'av01', sequence: 'avis', still: 'avif' }],
] as const;
type Format = (typeof FORMATS)[number][1];

const CENTRES = [
  [0.25, 0.25],
  [0.75, 0.25],
  [0.25, 0.75],
  [0.75, 0.75],
] as const;

let bench: Workbench;
/** By codec: quarters of four colours, and a picture of one colour. */
const pictures = new Map<string, { quarters: CodedPicture; plain: CodedPicture }>();
beforeAll(async () => {
  bench = await createWorkbench();
  const avif = async (drawn: ReturnType<typeof drawQuarters>) =>
    codedPictureOf(await drawn.avif({ effort: 0, quality: 90 }).toBuffer());
  pictures.set('hvc1', { quarters: await codedFixture('quarters'), plain: await codedFixture('tile-blue') });
  pictures.set('av01', {
    quarters: await avif(drawQuarters(128, 96)),
    plain: await avif(drawQuarters(128, 96, [BLUE, BLUE, BLUE, BLUE])),
  });
});
afterAll(() => bench.dispose());

const picturesOf = ({ type }: Format) => {
  const found = pictures.get(type);
  if (!found) throw new Error(`No pictures of ${type}.`);
  return found;
};

/** A track that begins with the quarters. */
function quartersTrack(format: Format, changes: Partial<DrawnTrack> = {}): DrawnTrack {
  const { quarters, plain } = picturesOf(format);
  const [configuration = Buffer.alloc(0)] = quarters.properties;
  return {
    id: 7,
    type: format.type,
    width: quarters.width,
    height: quarters.height,
    samples: [quarters.data, plain.data],
    boxes: [configuration],
    ...changes,
  };
}

async function expectPicture(file: Buffer, width: number, height: number, expected: readonly Rgb[]) {
  const { facts, variants } = await bench.process(file, oneSize(500));
  expect(facts).toMatchObject({ width, height, frames: 1 });
  for (const [index, [x, y]] of CENTRES.entries()) {
    expect(distance(await colourAt(only(variants).data, x, y), expected[index] ?? RED)).toBeLessThan(12);
  }
}

describe.each(FORMATS)('a sequence in %s', (_name, format) => {
  const brands = sequenceBrands(format.sequence);

  it('shows its primary picture', async () => {
    const { quarters, plain } = picturesOf(format);
    const items = drawHeif({
      items: [
        { id: 1, ...plain, type: format.type },
        { id: 2, ...quarters, type: format.type },
      ],
      primaryId: 2,
      brand: format.sequence,
    });
    const { data, properties, width, height } = plain;
    const track = quartersTrack(format, { samples: [data], boxes: properties, width, height });
    await expectPicture(drawTracks(items, [track]), 128, 96, UPRIGHT);
  });

  it('of tracks alone shows its first picture', async () => {
    await expectPicture(drawTracks(brands, [quartersTrack(format)]), 128, 96, UPRIGHT);
  });

  it('whose items are not pictures shows the first picture of its track', async () => {
    const other = fullBox('meta', fullBox('hdlr', Buffer.alloc(21)));
    await expectPicture(
      drawTracks(Buffer.concat([brands, other]), [quartersTrack(format)]),
      128,
      96,
      UPRIGHT,
    );
  });

  const [a, b, c, d] = UPRIGHT;
  it.each([
    [
      [0, 1, -1, 0],
      [c, a, d, b],
    ],
    [
      [-1, 0, 0, -1],
      [d, c, b, a],
    ],
    [
      [0, -1, 1, 0],
      [b, d, a, c],
    ],
    [
      [-1, 0, 0, 1],
      [b, a, d, c],
    ],
    [
      [1, 0, 0, -1],
      [c, d, a, b],
    ],
    [
      [0, 1, 1, 0],
      [a, c, b, d],
    ],
    [
      [0, -1, -1, 0],
      [d, b, c, a],
    ],
  ] as const)('is turned by the matrix %j of its track', async (matrix, expected) => {
    const [width, height] = matrix[0] === 0 ? [96, 128] : [128, 96];
    await expectPicture(drawTracks(brands, [quartersTrack(format, { matrix })]), width, height, expected);
  });

  it('is cropped to the clean aperture of its track', async () => {
    const track = quartersTrack(format);
    const cropped = { ...track, boxes: [...track.boxes, clap(100, 60)] };
    await expectPicture(drawTracks(brands, [cropped]), 100, 60, UPRIGHT);
  });

  it('whose first picture is cut off is corrupt_image', async () => {
    const file = drawTracks(brands, [quartersTrack(format, { samples: [picturesOf(format).quarters.data] })]);
    await expect(bench.process(file.subarray(0, file.length - 20))).rejects.toMatchObject({
      code: 'corrupt_image',
    });
  });

  it.each(['mdia', 'hdlr', 'minf', 'stbl', 'stsd', 'stco', 'tkhd'])(
    'without %s in its track is corrupt_image',
    async (name) => {
      const file = drawTracks(brands, [quartersTrack(format)]);
      file.write('free', file.indexOf(name));
      await expect(bench.process(file)).rejects.toMatchObject({ code: 'corrupt_image' });
    },
  );

  it('that is a video is unsupported_format', async () => {
    const file = drawTracks(brands, [quartersTrack(format, { handler: 'vide' })]);
    await expect(bench.process(file)).rejects.toMatchObject({
      code: 'unsupported_format',
      message: 'This picture is a video, which is not supported. Convert it to PNG.',
    });
  });

  it('in fragments, or with compact sizes, is unsupported_format', async () => {
    const fragmented = drawTracks(brands, [quartersTrack(format)]);
    fragmented.write('mvex', fragmented.indexOf('mvhd'));
    await expect(bench.process(fragmented)).rejects.toMatchObject({
      code: 'unsupported_format',
      message: expect.stringContaining('a fragmented HEIF sequence'),
    });
    const compact = drawTracks(brands, [quartersTrack(format)]);
    compact.write('stz2', compact.indexOf('stsz'));
    await expect(bench.process(compact)).rejects.toMatchObject({
      code: 'unsupported_format',
      message: expect.stringContaining('a HEIF sequence with compact sample sizes'),
    });
  });
});

it.each([
  ['makes its picture transparent', true],
  ['is ignored when it does not say that it is alpha', false],
])('the alpha track of a HEIC sequence %s', async (_what, isStated) => {
  const [, format] = FORMATS[0];
  const [grey, fixture] = await Promise.all([codedFixture('grey'), codedFixture('quarters')]);
  const alpha: DrawnTrack = {
    id: 70_000,
    handler: 'auxv',
    type: 'hvc1',
    width: fixture.width,
    height: fixture.height,
    samples: [grey.data],
    boxes: [...grey.properties.slice(0, 1), ...(isStated ? [auxi()] : [])],
    references: [['auxl', 7]],
  };
  const file = drawTracks(sequenceBrands('hevc'), [quartersTrack(format), alpha]);
  const { data } = only(await bench.encode(file, 'webp', oneSize(500)));
  const colour = await colourAt(data, 0.75, 0.25);
  expect(distance(colour, GREEN)).toBeLessThan(12);
  expect(Math.abs((colour[3] ?? 0) - (isStated ? 128 : 255))).toBeLessThan(8);
  expect(distance(await colourAt(data, 0.75, 0.75), YELLOW)).toBeLessThan(12);
});

it('a box that extends beyond its container is corrupt_image', async () => {
  const broken = Buffer.concat([
    sequenceBrands('avis'),
    box('moov', Buffer.from([0, 0, 1, 0]), Buffer.from('trak')),
  ]);
  await expect(bench.process(broken)).rejects.toMatchObject({ code: 'corrupt_image' });
});
