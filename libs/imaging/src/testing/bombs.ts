import { crc32, deflateSync } from 'node:zlib';

/** A GIF of this many frames. Each has the size of the canvas by its header, and really only one pixel. */
export function manyFrames(frames: number, width = 1, height = 1): Buffer {
  const header = Buffer.from('GIF89a\0\0\0\0\x80\0\0\0\0\0\xff\xff\xff', 'latin1');
  header.writeUInt16LE(width, 6);
  header.writeUInt16LE(height, 8);
  const control = '21f9040001000000';
  const descriptor = `2c00000000${header.toString('hex', 6, 10)}00`;
  const pixel = '0202440100';
  const frame = Buffer.from(control + descriptor + pixel, 'hex');
  return Buffer.concat([header, ...Array.from({ length: frames }, () => frame), Buffer.from(';')]);
}

export interface PngParts {
  width: number;
  height: number;
  /** Bits a channel. */
  depth?: 8 | 16;
  interlaced?: boolean;
  /** Chunks before the pixels. */
  chunks?: [type: string, data: Buffer][];
  /** Compressed pixels. */
  pixels?: Buffer;
  /** Chunks after the pixels. */
  trailingChunks?: [type: string, data: Buffer][];
}

/** An RGBA PNG whose parts may contradict each other. */
export function drawPng({
  width,
  height,
  depth = 8,
  interlaced = false,
  chunks = [],
  pixels,
  trailingChunks = [],
}: PngParts): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, 6, 0, 0, interlaced ? 1 : 0], 8);
  const data = pixels ?? deflateSync(Buffer.alloc(1000));
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    ...[
      ['IHDR', header] as const,
      ...chunks,
      ['IDAT', data] as const,
      ...trailingChunks,
      ['IEND', Buffer.alloc(0)] as const,
    ].map(([type, body]) => chunk(type, body)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(data.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([size, body, checksum]);
}

/** A JPEG with these bytes in separate segments after its first two bytes; `marker` is 0xe2 for APP2, 0xfe for COM. */
export function withSegments(
  jpeg: Buffer,
  marker: number,
  count: number,
  body: (index: number) => Buffer,
): Buffer {
  const segments = Array.from({ length: count }, (_, index) => {
    const data = body(index);
    const head = Buffer.from([0xff, marker, 0, 0]);
    head.writeUInt16BE(data.length + 2, 2);
    return Buffer.concat([head, data]);
  });
  return Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);
}

/** A JPEG whose frame header states a size that its scans do not fill. */
export function withFalseSize(jpeg: Buffer, width: number, height: number): Buffer {
  const falseSize = Buffer.from(jpeg);
  for (const marker of ['\xff\xc0', '\xff\xc2']) {
    const at = falseSize.indexOf(marker, 0, 'latin1');
    if (at === -1) continue;
    falseSize.writeUInt16BE(height, at + 5);
    falseSize.writeUInt16BE(width, at + 7);
  }
  return falseSize;
}

/** A progressive JPEG that repeats its last scan this many times: each costs a pass over the whole picture. */
export function manyScans(jpeg: Buffer, count: number): Buffer {
  const last = jpeg.subarray(jpeg.lastIndexOf('\xff\xda', undefined, 'latin1'), -2);
  return Buffer.concat([
    jpeg.subarray(0, -2),
    ...Array.from({ length: count }, () => last),
    jpeg.subarray(-2),
  ]);
}

/** A TIFF with this many empty directories after the first one. */
export function manyPages(tiff: Buffer, count: number): Buffer {
  const first = tiff.readUInt32LE(4);
  const linkAt = first + 2 + tiff.readUInt16LE(first) * 12;
  const pages = Buffer.alloc(count * 18);
  for (let page = 0; page < count; page += 1) {
    const at = page * 18;
    // One entry: a width of 1.
    pages.writeUInt16LE(1, at);
    pages.writeUInt16LE(256, at + 2);
    pages.writeUInt16LE(4, at + 4);
    pages.writeUInt32LE(1, at + 6);
    pages.writeUInt32LE(1, at + 10);
    pages.writeUInt32LE(page + 1 < count ? tiff.length + at + 18 : 0, at + 14);
  }
  const whole = Buffer.concat([tiff, pages]);
  whole.writeUInt32LE(tiff.length, linkAt);
  return whole;
}
