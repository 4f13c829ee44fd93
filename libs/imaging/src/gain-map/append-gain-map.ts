import { appSegment, GAIN_MAP_ID, readSegments } from './jpeg-segments.js';

const APP_0 = 0xe0;
const APP_1 = 0xe1;

// Multi-Picture Format (CIPA DC-007), 5.2: the index of pictures, in the structure of a TIFF.
const MP_ID = Buffer.from('MPF\0', 'latin1');
const MP_HEADER_BYTES = 8;
const MP_ENTRY_BYTES = 16;
const IFD_BYTES = 2 + 3 * 12 + 4;
const LONG = 4;
const UNDEFINED = 7;
/** Attributes of an entry: the picture that every reader shows. */
const PRIMARY = 0x0003_0000;

/** Both versions of the metadata are 0 (ISO 21496-1, C.2). */
const VERSION = appSegment(2, Buffer.concat([Buffer.from(`${GAIN_MAP_ID}\0`, 'latin1'), Buffer.alloc(4)]));

/**
 * Appends a gain map to a JPEG. The picture itself stays as it is: readers that do not know gain maps ignore what
 * follows its end.
 *
 * @param gainMap - a JPEG with the metadata of ISO 21496-1
 */
export function appendGainMap(jpeg: Buffer, gainMap: Buffer): Buffer {
  // After JFIF and EXIF, which readers expect first.
  const at = readSegments(jpeg).reduce(
    (position, { marker, end }) => (marker === APP_0 || marker === APP_1 ? end : position),
    2,
  );
  const before = Buffer.concat([jpeg.subarray(0, at), VERSION]);
  const primaryBytes = before.length + indexSegment(0, 0, 0).length + jpeg.length - at;
  // Marker, length and the identifier come before the position that offsets refer to.
  const header = before.length + 4 + MP_ID.length;
  const index = indexSegment(primaryBytes, primaryBytes - header, gainMap.length);
  return Buffer.concat([before, index, jpeg.subarray(at), gainMap]);
}

/** @param offset - of the gain map, from the header of the index */
function indexSegment(primaryBytes: number, offset: number, gainMapBytes: number): Buffer {
  const tiff = Buffer.alloc(MP_HEADER_BYTES + IFD_BYTES + 2 * MP_ENTRY_BYTES);
  tiff.write('MM\0*\0\0\0\x08', 'latin1');
  tiff.writeUInt16BE(3, 8);
  const entriesAt = MP_HEADER_BYTES + IFD_BYTES;
  const tags: readonly [tag: number, type: number, count: number, value: number][] = [
    // The version, as the text 0100.
    [0xb000, UNDEFINED, 4, 0x3031_3030],
    [0xb001, LONG, 1, 2],
    [0xb002, UNDEFINED, 2 * MP_ENTRY_BYTES, entriesAt],
  ];
  for (const [row, [tag, type, count, value]] of tags.entries()) {
    const at = 10 + row * 12;
    tiff.writeUInt16BE(tag, at);
    tiff.writeUInt16BE(type, at + 2);
    tiff.writeUInt32BE(count, at + 4);
    tiff.writeUInt32BE(value, at + 8);
  }
  tiff.writeUInt32BE(PRIMARY, entriesAt);
  tiff.writeUInt32BE(primaryBytes, entriesAt + 4);
  tiff.writeUInt32BE(gainMapBytes, entriesAt + MP_ENTRY_BYTES + 4);
  tiff.writeUInt32BE(offset, entriesAt + MP_ENTRY_BYTES + 8);
  return appSegment(2, Buffer.concat([MP_ID, tiff]));
}
