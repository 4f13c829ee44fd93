import { drawDirectories, type DrawnDirectory, type DrawnTiff, type Value } from './draw-tiff-structure.js';

/** What every drawn RAW file contains. */
export interface RawParts {
  /** A JPEG, the preview. */
  preview: Buffer;
  /** A smaller JPEG. */
  thumbnail: Buffer;
  /** EXIF orientation. */
  orientation?: number;
}

/** Bytes that stand for RAW data: no viewer reads them. */
const RAW_DATA = Buffer.alloc(3000, 0x5a);
const TIME = '2026:07:01 18:30:00';

const text = (value: string): Value => ({ text: value });
/** Data of the file, whose offset is the value. */
const data = (value: Buffer): Value => ({ data: value });
const directory = (value: DrawnDirectory): Value => ({ directories: [value] });

const exif = (): DrawnDirectory => new Map([[0x9003, text(TIME)]]);
const credits = (make: string, model: string, { orientation = 1 }: RawParts): [number, Value][] => [
  [271, text(make)],
  [272, text(model)],
  [274, orientation],
  [315, text('Ann Miller')],
  [0x8769, directory(exif())],
];
const jpeg = (bytes: Buffer): [number, Value][] => [
  [513, data(bytes)],
  [514, bytes.length],
];
const strip = (bytes: Buffer, compression: number, photometric: number): [number, Value][] => [
  [259, compression],
  [262, photometric],
  [273, data(bytes)],
  [279, bytes.length],
];
const CFA = 32_803;

export type RawKind = 'dng' | 'cr2' | 'nef' | 'arw' | 'orf' | 'rw2' | 'pef';

/** Draws a RAW file whose structure is a TIFF, with its parts where cameras put them. */
export function drawTiffRaw(kind: RawKind, parts: RawParts): Buffer {
  return drawDirectories(STRUCTURES[kind](parts));
}

const STRUCTURES: Record<RawKind, (parts: RawParts) => DrawnTiff> = {
  dng: (parts) => ({
    directories: [
      new Map<number, Value>([
        [254, 1],
        ...credits('Apple', 'iPhone 17 Pro', parts),
        ...strip(Buffer.alloc(300), 1, 2),
        [
          330,
          {
            directories: [
              new Map<number, Value>([[254, 0], ...strip(RAW_DATA, 7, CFA)]),
              new Map<number, Value>([[254, 1], ...strip(parts.thumbnail, 7, 6)]),
              new Map<number, Value>([[254, 1], ...strip(parts.preview, 7, 6)]),
            ],
          },
        ],
        [50_706, 1],
      ]),
    ],
  }),
  cr2: (parts) => ({
    prefix: Buffer.from('CR\x02\0\0\0\0\0', 'latin1'),
    directories: [
      new Map<number, Value>([...credits('Canon', 'Canon EOS 5D', parts), ...strip(parts.preview, 6, 6)]),
      new Map<number, Value>(jpeg(parts.thumbnail)),
      new Map<number, Value>(strip(Buffer.alloc(300), 1, 2)),
      // Lossless JPEG, with the same number as the preview's compression.
      new Map<number, Value>(strip(losslessJpeg(), 6, 1)),
    ],
  }),
  nef: (parts) => ({
    isLittle: false,
    directories: [
      new Map<number, Value>([
        [254, 1],
        ...credits('NIKON CORPORATION', 'NIKON Z 9', parts),
        ...strip(Buffer.alloc(300), 1, 2),
        [
          330,
          {
            directories: [
              new Map<number, Value>([[254, 1], [259, 6], ...jpeg(parts.preview)]),
              new Map<number, Value>([[254, 0], ...strip(RAW_DATA, 34_713, CFA)]),
            ],
          },
        ],
      ]),
    ],
  }),
  arw: (parts) => ({
    directories: [
      new Map<number, Value>([
        [254, 1],
        [259, 6],
        ...credits('SONY', 'ILCE-7M4', parts),
        ...jpeg(parts.thumbnail),
        [330, { directories: [new Map<number, Value>([[254, 0], ...strip(RAW_DATA, 32_767, CFA)])] }],
      ]),
      new Map<number, Value>([[259, 6], ...jpeg(parts.preview)]),
    ],
  }),
  orf: (parts) => ({
    magic: 0x4f52,
    directories: [
      new Map<number, Value>([
        ...credits('OM Digital Solutions', 'OM-1', parts),
        ...strip(RAW_DATA, 1, CFA),
        [
          0x8769,
          directory(
            new Map<number, Value>([
              [0x9003, text(TIME)],
              [37_500, { data: drawOlympusNote(parts.preview), isBlock: true }],
            ]),
          ),
        ],
      ]),
      new Map<number, Value>(jpeg(parts.thumbnail)),
    ],
  }),
  rw2: (parts) => ({
    magic: 0x55,
    directories: [
      new Map<number, Value>([
        ...credits('Panasonic', 'DC-GH6', parts),
        [46, { data: parts.preview, isBlock: true }],
        [273, 0xffff_ffff],
        [279, RAW_DATA.length],
        [280, data(RAW_DATA)],
      ]),
    ],
  }),
  pef: (parts) => ({
    isLittle: false,
    directories: [
      new Map<number, Value>([
        ...credits('PENTAX Corporation', 'PENTAX K-1', parts),
        ...strip(RAW_DATA, 65_535, CFA),
      ]),
      new Map<number, Value>([[259, 6], ...jpeg(parts.thumbnail)]),
      new Map<number, Value>([[259, 6], ...jpeg(parts.preview)]),
    ],
  }),
};

/** A maker note with its own offsets: the settings in it name the preview behind them. */
function drawOlympusNote(preview: Buffer): Buffer {
  const header = Buffer.from('OLYMPUS\0II\x03\0', 'latin1');
  return drawDirectories({
    header,
    directories: [
      new Map<number, Value>([
        [
          0x2020,
          directory(
            new Map<number, Value>([
              [0x0101, data(preview)],
              [0x0102, preview.length],
            ]),
          ),
        ],
      ]),
    ],
  });
}

/** The beginning of a lossless JPEG (SOF3), as RAW data are often compressed. It states a large size. */
function losslessJpeg(): Buffer {
  const frame = Buffer.from('ffd8ffc3000b0e0fa0177001011100', 'hex');
  return Buffer.concat([frame, Buffer.alloc(2000, 0x5a)]);
}

/** Draws a RAF; the EXIF block of the preview is all it says about the shot. */
export function drawRaf(preview: Buffer): Buffer {
  const header = Buffer.alloc(108);
  header.write('FUJIFILMCCD-RAW 0201FF393101X-T5');
  header.writeUInt32BE(header.length, 84);
  header.writeUInt32BE(preview.length, 88);
  header.writeUInt32BE(header.length + preview.length, 100);
  header.writeUInt32BE(RAW_DATA.length, 104);
  return Buffer.concat([header, preview, RAW_DATA]);
}

/** Draws a CR3: three previews, EXIF in separate structures, and RAW data in a track. */
export function drawCr3({ preview, thumbnail, orientation = 1 }: RawParts): Buffer {
  const brands = box('ftyp', Buffer.from('crx \0\0\0\x01crx isom', 'latin1'));
  const first = drawDirectories({
    directories: [
      new Map<number, Value>([
        [271, text('Canon')],
        [272, text('Canon EOS R5')],
        [274, orientation],
        [315, text('Ann Miller')],
      ]),
    ],
  });
  const second = drawDirectories({ directories: [exif()] });
  const canon = box(
    'uuid',
    Buffer.from('85c0b687820f11e08111f4ce462b6a48', 'hex'),
    box('CMT1', first),
    box('CMT2', second),
    box('THMB', Buffer.alloc(16), thumbnail),
  );
  const screen = box(
    'uuid',
    Buffer.from('eaf42b5e1c984b88b9fbb7dc406e4d16', 'hex'),
    Buffer.alloc(8),
    box('PRVW', Buffer.from('000000000001000000000001', 'hex'), u32(thumbnail.length), thumbnail),
  );
  const movie = (start: number) =>
    box('moov', canon, track(start, preview.length), track(start + preview.length, RAW_DATA.length));
  const start = brands.length + movie(0).length + screen.length + 8;
  return Buffer.concat([brands, movie(start), screen, box('mdat', preview, RAW_DATA)]);
}

function track(offset: number, length: number): Buffer {
  const sizes = box('stsz', u32(0), u32(length), u32(1));
  const chunks = box('co64', u32(0), u32(1), u32(0), u32(offset));
  return box('trak', box('mdia', box('minf', box('stbl', sizes, chunks))));
}

function box(type: string, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([u32(body.length + 8), Buffer.from(type, 'latin1'), body]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
