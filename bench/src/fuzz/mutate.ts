import { crc32 } from 'node:zlib';
import type { Random } from '@darkroom/imaging/testing';
import type { Seed } from './draw-seeds.js';

type Mutation = (bytes: Buffer, random: Random, seeds: readonly Seed[]) => Buffer;

/** Numbers at which sums overflow, buffers end and signs change. */
const ODD_NUMBERS = [
  0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff,
];
const ODD_SIDES = [0, 1, 3, 255, 4096, 16_384, 65_535, 65_536, 1_000_000, 0x7fffffff, 0xffffffff];
const MUTATIONS_MAX = 3;
const PNG = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/** Every mutation, by its name in the report. */
const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'flip bits': (bytes, random) => {
    for (let count = 1 + random.below(16); count > 0; count -= 1) {
      const at = random.below(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
    }
    return bytes;
  },
  // Hostile pictures target the code that parses headers.
  'flip bits of the header': (bytes, random) => {
    for (let count = 1 + random.below(8); count > 0; count -= 1) {
      const at = random.below(Math.min(512, bytes.length));
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
    }
    return bytes;
  },
  cut: (bytes, random) => bytes.subarray(0, random.below(bytes.length)),
  'remove bytes': (bytes, random) => {
    const [from, to] = run(bytes, random);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  'zero bytes': (bytes, random) => bytes.fill(0, ...run(bytes, random)),
  'repeat bytes': (bytes, random) => {
    const [from, to] = run(bytes, random);
    const copies = Array.from({ length: 1 + random.below(20) }, () => bytes.subarray(from, to));
    return Buffer.concat([bytes.subarray(0, from), ...copies, bytes.subarray(from)]);
  },
  insert: (bytes, random) => {
    const at = random.below(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), random.bytes(1 + random.below(64)), bytes.subarray(at)]);
  },
  'odd number': (bytes, random) => {
    if (bytes.length < 4) return bytes;
    const at = random.below(bytes.length - 3);
    const value = random.pick(ODD_NUMBERS);
    const write = [
      () => bytes.writeUInt32BE(value, at),
      () => bytes.writeUInt32LE(value, at),
      () => bytes.writeUInt16BE(value & 0xffff, at),
      () => bytes.writeUInt16LE(value & 0xffff, at),
    ];
    random.pick(write)();
    return bytes;
  },
  splice: (bytes, random, seeds) => {
    const other = random.pick(seeds).bytes;
    const at = random.below(Math.min(bytes.length, 1024));
    return Buffer.concat([bytes.subarray(0, at), other.subarray(random.below(other.length))]);
  },
  'false size': (bytes, random) => {
    const [write] = SIZES.map((find) => find(bytes)).filter((found) => found !== null);
    write?.(random.pick(ODD_SIDES), random.pick(ODD_SIDES));
    return bytes;
  },
};

/** Applies one to three mutations to a copy of a seed. @returns the bytes and the names of the mutations */
export function mutate(seed: Seed, seeds: readonly Seed[], random: Random): { bytes: Buffer; how: string[] } {
  let bytes = Buffer.from(seed.bytes);
  const how: string[] = [];
  for (let count = 1 + random.below(MUTATIONS_MAX); count > 0 && bytes.length > 0; count -= 1) {
    const [name, mutation] = random.pick(Object.entries(MUTATIONS));
    bytes = Buffer.from(mutation(bytes, random, seeds));
    how.push(name);
  }
  // Decoders reject a PNG with a wrong checksum before they read the changed bytes.
  if (random.below(4) > 0) repairPng(bytes);
  return { bytes, how };
}

/** A random range of at least one byte. */
function run(bytes: Buffer, random: Random): [from: number, to: number] {
  const from = random.below(bytes.length);
  return [from, Math.min(bytes.length, from + 1 + random.below(random.pick([8, 64, 1024])))];
}

type WriteSize = (width: number, height: number) => void;

/** Finds the size fields of each format; null for another format. */
const SIZES: readonly ((bytes: Buffer) => WriteSize | null)[] = [
  (bytes) => (bytes.length > 24 && bytes.subarray(0, 8).equals(PNG) ? bigEndian(bytes, 16) : null),
  (bytes) => {
    const at = bytes.indexOf('ispe');
    return at === -1 || at + 16 > bytes.length ? null : bigEndian(bytes, at + 8);
  },
  (bytes) => {
    if (bytes.length < 10 || bytes.toString('latin1', 0, 3) !== 'GIF') return null;
    return (width, height) => {
      bytes.writeUInt16LE(width & 0xffff, 6);
      bytes.writeUInt16LE(height & 0xffff, 8);
    };
  },
  (bytes) => {
    const at = bytes.indexOf('VP8X');
    if (at === -1 || at + 18 > bytes.length) return null;
    return (width, height) => {
      bytes.writeUIntLE(width & 0xffffff, at + 12, 3);
      bytes.writeUIntLE(height & 0xffffff, at + 15, 3);
    };
  },
  (bytes) => {
    // SOF0 and SOF2; the length comes before the precision and the size.
    const at = [Buffer.from([0xff, 0xc0]), Buffer.from([0xff, 0xc2])]
      .map((marker) => bytes.indexOf(marker))
      .find((found) => found !== -1);
    if (at === undefined || at + 9 > bytes.length) return null;
    return (width, height) => {
      bytes.writeUInt16BE(height & 0xffff, at + 5);
      bytes.writeUInt16BE(width & 0xffff, at + 7);
    };
  },
  (bytes) => {
    if (bytes.length < 10 || bytes.toString('latin1', 0, 2) !== 'II') return null;
    const directory = bytes.readUInt32LE(4);
    if (directory + 26 > bytes.length) return null;
    return (width, height) => {
      // Tags are sorted, and 256 (width) and 257 (height) are the lowest.
      bytes.writeUInt32LE(width, directory + 10);
      bytes.writeUInt32LE(height, directory + 22);
    };
  },
  (bytes) => {
    // SIZ of a JPEG 2000: the size comes after its length and capabilities.
    const at = bytes.indexOf(Buffer.from([0xff, 0x4f, 0xff, 0x51]));
    return at === -1 || at + 16 > bytes.length ? null : bigEndian(bytes, at + 8);
  },
  (bytes) => (bytes.length > 12 && bytes.toString('latin1', 0, 4) === 'qoif' ? bigEndian(bytes, 4) : null),
  (bytes) => (bytes.length > 22 && bytes.toString('latin1', 0, 4) === '8BPS' ? bigEndian(bytes, 14) : null),
  (bytes) => {
    if (bytes.length < 26 || bytes.toString('latin1', 0, 2) !== 'BM') return null;
    return (width, height) => {
      bytes.writeUInt32LE(width, 18);
      bytes.writeUInt32LE(height, 22);
    };
  },
];

function bigEndian(bytes: Buffer, at: number): WriteSize {
  return (width, height) => {
    bytes.writeUInt32BE(width, at);
    bytes.writeUInt32BE(height, at + 4);
  };
}

function repairPng(bytes: Buffer): void {
  if (!bytes.subarray(0, 8).equals(PNG)) return;
  for (let at = 8; at + 12 <= bytes.length;) {
    const end = at + 8 + bytes.readUInt32BE(at);
    if (end + 4 > bytes.length) return;
    bytes.writeUInt32BE(crc32(bytes.subarray(at + 4, end)), end);
    at = end + 4;
  }
}
