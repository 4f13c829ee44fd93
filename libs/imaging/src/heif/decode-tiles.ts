import type { Deadline } from '../deadline.js';
import type { Size } from '../variant-size.js';
import { BoxReader } from './box-reader.js';
import type { HeifItem } from './heif-meta.js';
import type { Libavcodec, Pointer } from './libavcodec.js';
import type { Planes } from './planes.js';
import type { TilePlan } from './tile-plan.js';

/** Constants of libavcodec's binary interface, which never change. */
const CODEC_HEVC = 173;
/** `AVPixelFormat`: 8 bits with chroma of half the width and height, of limited and of full range. */
const PIXELS_420 = new Set([0, 12]);
const AGAIN = -11;
const END = -0x20464f45;
/** Offset of the address of the bytes in `AVPacket` with 8-byte pointers. */
const PACKET_DATA = 24;
/** Offsets in `AVFrame` with 8-byte pointers. */
const FRAME = { data: 0, stride: 64, width: 104, height: 108, format: 116 };
const CODING_UNIT = 64;
const START_CODE = Buffer.from([0, 0, 0, 1]);

/** libavcodec could not decode a picture; another decoder may. */
export class TilesNotDecoded extends Error {}

/**
 * Decodes the tiles of a picture with libavcodec, as the successive pictures of one video.
 *
 * Blocks this process between two tiles only, about 10 ms each.
 *
 * @param file - the whole file
 * @throws TilesNotDecoded also for what libavcodec could conceal
 */
export async function decodeTiles(
  lib: Libavcodec,
  file: Buffer,
  plan: TilePlan,
  deadline: Deadline,
): Promise<Planes> {
  using decoder = new TileDecoder(lib, plan);
  let configuration: Buffer | undefined;
  for (const item of plan.tiles) {
    const stated = item.properties.find(({ type }) => type === 'hvcC')?.content;
    if (!stated) throw new TilesNotDecoded('a tile has no decoder configuration');
    const isNew = configuration === undefined || !configuration.equals(stated);
    decoder.send(Buffer.concat([...(isNew ? parametersOf(stated) : []), ...unitsOf(file, item, stated)]));
    configuration = stated;
    // Aborting, and the deadline, are noticed here.
    await new Promise(setImmediate);
    deadline.check();
  }
  return decoder.finish();
}

class TileDecoder implements Disposable {
  readonly #lib: Libavcodec;
  readonly #plan: TilePlan;
  readonly #planes: Planes;
  readonly #context: Pointer;
  readonly #packet: Pointer;
  readonly #frame: Pointer;
  #decoded = 0;

  constructor(lib: Libavcodec, plan: TilePlan) {
    this.#lib = lib;
    this.#plan = plan;
    this.#planes = createPlanes(plan);
    const codec = lib.avcodec_find_decoder(CODEC_HEVC);
    if (codec === null) throw new TilesNotDecoded('libavcodec has no HEVC decoder');
    this.#context = lib.avcodec_alloc_context3(codec);
    this.#packet = lib.av_packet_alloc();
    this.#frame = lib.av_frame_alloc();
    const options = {
      // The other decoder processes use the other cores. A second thread here costs 11 % more CPU.
      threads: '1',
      // Fail instead of concealing what is missing.
      err_detect: 'explode',
      // With what a tile is padded by: units of up to 64 pixels.
      max_pixels: String((plan.tile.width + CODING_UNIT) * (plan.tile.height + CODING_UNIT)),
    };
    for (const [name, value] of Object.entries(options)) lib.av_opt_set(this.#context, name, value, 0);
    this.#check(lib.avcodec_open2(this.#context, codec, null));
  }

  send(data: Buffer): void {
    const lib = this.#lib;
    this.#check(lib.av_new_packet(this.#packet, data.length));
    try {
      lib.view(lib.readPointer(this.#packet, PACKET_DATA), data.length).set(data);
      this.#check(lib.avcodec_send_packet(this.#context, this.#packet));
    } finally {
      lib.av_packet_unref(this.#packet);
    }
    this.#receive();
  }

  /** @throws TilesNotDecoded when there are fewer or more pictures than tiles */
  finish(): Planes {
    this.#check(this.#lib.avcodec_send_packet(this.#context, null));
    this.#receive();
    if (this.#decoded === this.#plan.tiles.length) return this.#planes;
    throw new TilesNotDecoded(`${this.#decoded} of ${this.#plan.tiles.length} tiles were decoded`);
  }

  [Symbol.dispose](): void {
    this.#lib.av_frame_free([this.#frame]);
    this.#lib.av_packet_free([this.#packet]);
    this.#lib.avcodec_free_context([this.#context]);
  }

  /** Copies every finished tile to its place. */
  #receive(): void {
    for (;;) {
      const result = this.#lib.avcodec_receive_frame(this.#context, this.#frame);
      if (result === AGAIN || result === END) return;
      this.#check(result);
      this.#place(this.#decoded);
      this.#decoded += 1;
    }
  }

  #place(index: number): void {
    const { tile, columns, tiles } = this.#plan;
    const read = (offset: number) => this.#lib.readInt(this.#frame, offset);
    const isExpected =
      read(FRAME.width) === tile.width &&
      read(FRAME.height) === tile.height &&
      PIXELS_420.has(read(FRAME.format)) &&
      index < tiles.length;
    if (!isExpected) throw new TilesNotDecoded('a tile is not as its header says');
    const left = (index % columns) * tile.width;
    const top = Math.floor(index / columns) * tile.height;
    for (const [plane, { data, width, height }] of this.#planes.entries()) {
      const half = plane === 0 ? 1 : 2;
      const [x, y] = [left / half, top / half];
      const across = Math.min(tile.width / half, width - x);
      const down = Math.min(tile.height / half, height - y);
      const stride = read(FRAME.stride + 4 * plane);
      if (across <= 0 || down <= 0) continue;
      if (stride < across) throw new TilesNotDecoded('a tile is not as its header says');
      const from = this.#lib.readPointer(this.#frame, FRAME.data + 8 * plane);
      this.#lib.av_image_copy_plane(data.subarray(y * width + x), width, from, stride, across, down);
    }
  }

  #check(result: number): void {
    if (result < 0) throw new TilesNotDecoded(`libavcodec answered ${result}`);
  }
}

function createPlanes({ whole }: TilePlan): Planes {
  const plane = ({ width, height }: Size) => ({ width, height, data: Buffer.allocUnsafe(width * height) });
  const half = { width: whole.width / 2, height: whole.height / 2 };
  return [plane(whole), plane(half), plane(half)];
}

/** The parameter sets of `hvcC` (ISO/IEC 14496-15, 8.3.3.1), as units of a stream. */
function parametersOf(configuration: Buffer): Buffer[] {
  const reader = new BoxReader(configuration);
  reader.take(22);
  const units: Buffer[] = [];
  for (let arrays = reader.uint(1); arrays > 0; arrays -= 1) {
    reader.uint(1);
    for (let count = reader.uint(2); count > 0; count -= 1) {
      units.push(START_CODE, reader.take(reader.uint(2)));
    }
  }
  return units;
}

/** The units of a tile, whose lengths `checkHevcData` has checked. */
function unitsOf(file: Buffer, { extents }: HeifItem, configuration: Buffer): Buffer[] {
  const lengthSize = (configuration.readUInt8(21) & 3) + 1;
  const parts = (extents ?? []).map(({ offset, length }) => file.subarray(offset, offset + length));
  const data = Buffer.concat(parts);
  const units: Buffer[] = [];
  for (let at = 0; at < data.length;) {
    const start = at + lengthSize;
    at = start + data.readUIntBE(at, lengthSize);
    units.push(START_CODE, data.subarray(start, at));
  }
  return units;
}
