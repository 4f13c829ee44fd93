import { deflateSync, zstdCompressSync } from 'node:zlib';
import { cutTiles, encodeLzw, Random, type TiffTag, writeTiff } from '@darkroom/imaging/testing';
import type { Seed } from './seed.js';

const SIZE = { width: 60, height: 44 };
const PIXELS = SIZE.width * SIZE.height;
const [SHORT, FRACTION] = [3, 5] as const;

/** Tags of a page of samples: bits, format, compression, colour model, samples, and rows of a strip. */
function tagsOf(
  bits: number,
  format: number,
  compression: number,
  [photometric, samples, ...others]: [number, number, ...TiffTag[]],
): TiffTag[] {
  return [
    [258, SHORT, Array<number>(samples).fill(bits)],
    [259, SHORT, [compression]],
    [262, SHORT, [photometric]],
    [277, SHORT, [samples]],
    [278, SHORT, [SIZE.height]],
    [339, SHORT, Array<number>(samples).fill(format)],
    ...others,
  ];
}

/** Draws a TIFF of every kind that has separate code in the own decoder. */
export function drawTiffSeeds(): Seed[] {
  const noise = (bytes: number) => new Random(bytes).bytes(bytes);
  const floats = Buffer.from(Float32Array.from({ length: PIXELS * 3 }, (_, at) => (at % 199) / 150).buffer);
  const doubles = Buffer.from(Float64Array.from({ length: PIXELS }, (_, at) => at * 1.5 - 400).buffer);
  const plane = noise(PIXELS);
  const planes = [0, 1, 2].flatMap(() => cutTiles(plane, { ...SIZE, bytes: 1 }, 32));
  const strips: [name: string, tags: TiffTag[], block: Buffer, bigEndian?: boolean][] = [
    ['signed', tagsOf(16, 2, 1, [1, 1]), noise(PIXELS * 2), true],
    ['12bit', tagsOf(12, 1, 1, [2, 3]), noise((PIXELS * 3 * 12) / 8)],
    ['float-predictor', tagsOf(32, 3, 8, [2, 3, [317, SHORT, [3]]]), deflateSync(floats)],
    ['double', tagsOf(64, 3, 50_000, [1, 1]), zstdCompressSync(doubles)],
    ['uint32', tagsOf(32, 1, 5, [0, 1, [317, SHORT, [2]]]), encodeLzw(noise(PIXELS * 4))],
    ['associated', tagsOf(16, 1, 1, [1, 3, [338, SHORT, [0, 1]]]), noise(PIXELS * 6)],
    ['lab', tagsOf(8, 1, 8, [8, 4, [338, SHORT, [2]]]), deflateSync(noise(PIXELS * 4))],
    [
      'ycbcr',
      tagsOf(8, 1, 1, [
        6,
        3,
        [530, SHORT, [2, 2]],
        [532, FRACTION, [0, 1, 255, 1, 128, 1, 255, 1, 128, 1, 255, 1]],
      ]),
      noise((PIXELS / 4) * 6),
    ],
    [
      'palette',
      tagsOf(8, 1, 32_773, [
        3,
        2,
        [338, SHORT, [2]],
        [320, SHORT, Array.from({ length: 768 }, (_, at) => at * 85)],
      ]),
      packBits(noise(PIXELS * 2)),
    ],
    ['no-model', tagsOf(8, 1, 1, [1, 1]).filter(([tag]) => tag !== 262), plane],
  ];
  return [
    ...strips.map(([name, tags, block, bigEndian = false]) => ({
      name: `tiff-own-${name}`,
      bytes: writeTiff({ ...SIZE, tags, blocks: [block], bigEndian }),
    })),
    {
      name: 'tiff-own-planes',
      bytes: writeTiff({
        ...SIZE,
        tags: tagsOf(8, 1, 5, [2, 3, [284, SHORT, [2]]]),
        blocks: planes.map(encodeLzw),
        tile: { width: 32, height: 32 },
      }),
    },
  ];
}

/** Encodes PackBits without repetitions. */
function packBits(data: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < data.length; at += 128) {
    const part = data.subarray(at, at + 128);
    parts.push(Buffer.from([part.length - 1]), part);
  }
  return Buffer.concat(parts);
}
