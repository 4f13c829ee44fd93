/** Value types of TIFF 6.0 that this writer knows, by their number, with their bytes. */
const TYPE_BYTES = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1 } as const;

/** A tag, its type and its numbers. A fraction (5) is two numbers. */
export type TiffTag = readonly [tag: number, type: keyof typeof TYPE_BYTES, values: readonly number[]];

export interface TiffParts {
  width: number;
  height: number;
  /** Every tag except for the size and the position of the blocks. */
  tags: readonly TiffTag[];
  /** Encoded strips or tiles. */
  blocks: readonly Buffer[];
  /** Size of a tile; without it, the blocks are strips. */
  tile?: { width: number; height: number };
  bigEndian?: boolean;
}

/** Writes a TIFF of one page, whose parts may contradict each other. */
export function writeTiff({ width, height, tags, blocks, tile, bigEndian = false }: TiffParts): Buffer {
  const counts = blocks.map((block) => block.length);
  const all: TiffTag[] = [
    [256, 4, [width]],
    [257, 4, [height]],
    ...tags,
    ...(tile
      ? ([
          [322, 4, [tile.width]],
          [323, 4, [tile.height]],
        ] as const)
      : []),
    [tile ? 324 : 273, 4, counts],
    [tile ? 325 : 279, 4, counts],
  ];
  const sorted = all.toSorted(([a], [b]) => a - b);
  const lengthOf = ([, type, values]: TiffTag) => (values.length * TYPE_BYTES[type]) / (type === 5 ? 2 : 1);
  const valuesAt = 8 + 2 + sorted.length * 12 + 4;
  const room = sorted.reduce((sum, tag) => sum + (lengthOf(tag) > 4 ? lengthOf(tag) : 0), 0);
  const file = Buffer.alloc(valuesAt + room);
  const put = (size: number, value: number, at: number) =>
    bigEndian ? file.writeUIntBE(value, at, size) : file.writeUIntLE(value, at, size);
  file.write(bigEndian ? 'MM' : 'II', 'latin1');
  put(2, 42, 2);
  put(4, 8, 4);
  put(2, sorted.length, 8);
  let free = valuesAt;
  sorted.forEach((tag, index) => {
    const [number, type, values] = tag;
    const at = 10 + index * 12;
    put(2, number, at);
    put(2, type, at + 2);
    put(4, type === 5 ? values.length / 2 : values.length, at + 4);
    const isInline = lengthOf(tag) <= 4;
    const start = isInline ? at + 8 : free;
    if (!isInline) {
      put(4, free, at + 8);
      free += lengthOf(tag);
    }
    const size = type === 5 ? 4 : TYPE_BYTES[type];
    const isOffsets = number === 273 || number === 324;
    let offset = file.length;
    values.forEach((value, position) => {
      put(size, isOffsets ? offset : value, start + position * size);
      if (isOffsets) offset += value;
    });
  });
  return Buffer.concat([file, ...blocks]);
}

/** Cuts samples, row by row, into the tiles of one plane; tiles at the edges are filled with zeros. */
export function cutTiles(
  samples: Buffer,
  { width, height, bytes }: { width: number; height: number; bytes: number },
  side: number,
): Buffer[] {
  const tiles: Buffer[] = [];
  for (let top = 0; top < height; top += side) {
    for (let left = 0; left < width; left += side) {
      const tile = Buffer.alloc(side * side * bytes);
      const columns = Math.min(side, width - left);
      for (let row = 0; row < Math.min(side, height - top); row += 1) {
        const from = ((top + row) * width + left) * bytes;
        samples.copy(tile, row * side * bytes, from, from + columns * bytes);
      }
      tiles.push(tile);
    }
  }
  return tiles;
}

/** Encodes LZW as TIFF does, without compressing: a clear code before the codes would need more than 9 bits. */
export function encodeLzw(data: Buffer): Buffer {
  const codes: number[] = [];
  data.forEach((byte, index) => {
    if (index % 250 === 0) codes.push(256);
    codes.push(byte);
  });
  codes.push(257);
  const bits = codes.map((code) => code.toString(2).padStart(9, '0')).join('');
  const bytes = bits.match(/.{1,8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2)));
}
